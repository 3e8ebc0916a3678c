"""Problems: one shape, five languages, and bad input that is refused clearly and stores nothing."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from liaison.accounts.models import Account
from liaison.api.codes import ApiCode, ValueCode
from liaison.api.tests.house import Caller, House, problem_of
from liaison.api.wording import REFUSALS
from liaison.integrations.models import Brand


def raw(house: House, body: bytes, path: str = "/accounts/bistro/brands", **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {Caller(house.cast.owner).secret}"}
    content_type = more.pop("content_type", "application/json")
    return Client().post(f"/api/v1{path}", data=body, content_type=content_type, headers=headers, **more)


def test_every_code_of_the_api_has_its_sentence() -> None:
    assert set(REFUSALS) == {*ApiCode, *ValueCode}


def test_an_address_that_leads_nowhere_is_a_problem(house: House) -> None:
    for path in ("/nothing", "", "/accounts/bistro/"):
        assert problem_of(Caller(house.cast.owner).get(path), 404)["code"] == "missing"


def test_a_method_that_is_not_known_is_a_problem_and_says_which_are(house: House) -> None:
    answer = Caller(house.cast.owner).call("PATCH", "/accounts/bistro", {})
    assert problem_of(answer, 405)["code"] == "method_not_allowed"
    assert set(answer["Allow"].split(", ")) == {"GET", "PUT"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "broken_json"),
        (b"\xff\xfe", "broken_json"),
        (b'{"name": NaN, "slug": "x"}', "broken_json"),
        (b"[" * 100_000, "broken_json"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "broken_json"),
        (b'{"name": "a\\u0000b", "slug": "x"}', "unusable_text"),
        (b'{"name": "a\\ud800b", "slug": "x"}', "unusable_text"),
        (b'{"name\\u0000": "b", "slug": "x"}', "unusable_text"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(house: House, body: bytes, code: str) -> None:
    brands = Brand.objects.count()
    assert problem_of(raw(house, body), 400)["code"] == code
    assert Brand.objects.count() == brands


def test_a_body_of_another_kind_is_refused(house: House) -> None:
    assert problem_of(raw(house, b"name=x", content_type="text/plain"), 415)["code"] == "not_json_type"


def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    body = json.dumps({"name": "x" * 3_000_000, "slug": "x"}).encode()
    assert problem_of(raw(house, body), 413)["code"] == "too_large"


@pytest.mark.parametrize(
    "path", ["/accounts/%00", "/accounts/bistro/users?cursor=%00", "/users/a%00b", "/accounts?%00=1"]
)
def test_a_nul_in_an_address_is_refused(house: House, path: str) -> None:
    secret = Caller(house.cast.owner).secret
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1{path}")
    assert problem_of(answer, 400)["code"] == "unusable_text"


@pytest.mark.parametrize("path", ["/accounts/%ED%A0%80", "/accounts/%FF", "/accounts?cursor=%ED%A0%80"])
def test_half_a_character_in_an_address_is_no_mistake_of_ours(house: House, path: str) -> None:
    secret = Caller(house.cast.owner).secret
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get(f"/api/v1{path}")
    assert answer.status_code in {400, 404, 422}
    problem_of(answer, answer.status_code)


def test_values_of_the_wrong_kind_are_all_named_at_once(house: House) -> None:
    body = {"kind": "moon", "name": 3, "slug": "x" * 501, "more": 1, "language": "en"}
    problem = problem_of(Caller(house.cast.administrator).post("/accounts", body), 422)
    found = {error["field"]: error["code"] for error in problem["errors"]}
    assert found == {
        "kind": "value_not_offered",
        "name": "value_wrong_kind",
        "slug": "value_too_long",
        "more": "value_unknown_name",
        "time_zone": "value_needed",
    }
    assert not Account.objects.filter(kind="moon").exists()


def test_what_a_verb_finds_wrong_has_the_same_shape(house: House) -> None:
    body = {"kind": "partner", "name": " ", "slug": "No Slug", "language": "xx", "time_zone": "Nowhere"}
    problem = problem_of(Caller(house.cast.administrator).post("/accounts", body), 422)
    assert {error["field"] for error in problem["errors"]} == {"name", "slug", "language", "time_zone"}
    assert problem["code"] == "invalid"


def test_a_cursor_that_is_unknown_is_named(house: House) -> None:
    problem = problem_of(Caller(house.cast.owner).get("/accounts/bistro/users", cursor="nothing"), 422)
    assert problem["errors"][0]["field"] == "cursor"


def test_problems_are_in_the_language_that_is_asked_for_and_else_in_ones_own(house: House) -> None:
    """L1: the header decides; without one the identity's language does."""
    owner = house.cast.owner
    assert Caller(owner, language="").get("/users/nobody")["Content-Language"] == "en"
    owner.language = "ko"
    owner.save(update_fields=["language"])
    assert Caller(owner, language="").get("/users/nobody")["Content-Language"] == "ko"
    answer = Caller(owner, language="pl-PL, en;q=0.5").get("/users/nobody")
    assert answer["Content-Language"] == "pl"
    assert Caller(owner, language="tlh").get("/users/nobody")["Content-Language"] == "ko"
    assert Caller(None, language="zh-CN").get("/me")["Content-Language"] == "zh-Hans"


def test_a_lost_database_answers_503_and_says_when_to_try_again(house: House) -> None:
    caller = Caller(house.cast.owner)
    with mock.patch("liaison.api.bearer.find_bearer", side_effect=OperationalError("gone")):
        answer = caller.get("/me")
    assert problem_of(answer, 503)["code"] == "database_lost"
    assert answer["Retry-After"] == "5"


def test_a_mistake_of_ours_is_a_problem_too(house: House) -> None:
    caller = Caller(house.cast.owner)
    caller.client.raise_request_exception = False
    with mock.patch("liaison.api.bearer.find_bearer", side_effect=RuntimeError("secret details")):
        answer = caller.get("/me")
    assert problem_of(answer, 500)["code"] == "server_error"
    assert b"secret" not in answer.content


def test_answers_are_never_kept(house: House) -> None:
    assert Caller(house.cast.owner).get("/me")["Cache-Control"] == "no-store"
