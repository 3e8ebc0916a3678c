"""Who gets in: a token that holds, with the scope that is needed; never a cookie."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts import actions
from liaison.accounts.models import ApiToken
from liaison.accounts.testing import TESTS, sign_in
from liaison.accounts.vocabulary import TokenScope
from liaison.api.tests.house import Caller, House, problem_of
from liaison.lib.clock import utc_now


def test_it_says_who_calls(house: House) -> None:
    me = Caller(house.cast.owner).get("/me").json()
    assert (me["user"]["id"], me["account"]["slug"]) == (house.cast.owner.public_id, "bistro")
    assert me["scopes"] == ["administer"]
    assert "contacts.edit" in me["privileges"]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nothing", "Basic bGlhaXNvbg==", "Bearer liaison_x"])
def test_it_refuses_a_caller_without_a_token_that_holds(house: House, authorization: str) -> None:
    answer = Client(headers={"Authorization": authorization}).get("/api/v1/me")
    assert problem_of(answer, 401)["code"] == "token_needed"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_it_refuses_a_token_from_the_second_on_in_which_it_was_revoked(house: House) -> None:
    caller = Caller(house.cast.owner)
    assert caller.get("/me").status_code == 200
    actions.revoke_api_token(actor=house.cast.owner, token=ApiToken.objects.get(), now=utc_now())
    problem_of(caller.get("/me"), 401)


def test_it_refuses_a_token_that_is_over(house: House) -> None:
    caller = Caller(house.cast.owner)
    ApiToken.objects.update(expires_at=utc_now() - timedelta(seconds=1))
    problem_of(caller.get("/me"), 401)


def test_it_refuses_a_suspended_identity_from_that_second_on(house: House) -> None:
    """W13."""
    caller = Caller(house.cast.colleague)
    assert caller.get("/me").status_code == 200
    actions.suspend_identity(actor=TESTS, identity=house.cast.colleague, now=utc_now())
    problem_of(caller.get("/me"), 401)


def test_a_cookie_of_a_browser_is_worth_nothing(house: House) -> None:
    client = sign_in(Client(), house.cast.owner)
    problem_of(client.get("/api/v1/me"), 401)
    assert client.get("/u/0/api/v1/me").status_code == 404


def test_scopes_reach_as_far_as_those_before_them(house: House) -> None:
    reading = Caller(house.cast.owner, [TokenScope.READ])
    writing = Caller(house.cast.owner, [TokenScope.WRITE])
    assert reading.get("/me").status_code == writing.get("/me").status_code == 200
    problem = problem_of(reading.put("/me/language", {"language": "ko"}), 403)
    assert (problem["code"], problem["facts"]["scope"]) == ("scope_missing", "write")
    assert writing.put("/me/language", {"language": "ko"}).status_code == 204
    problem_of(writing.get("/accounts/bistro/users/x"), 404)
    problem = problem_of(writing.post("/accounts/bistro/invitations", {"address": "new@bistro.test"}), 403)
    assert problem["facts"]["scope"] == "administer"


def test_a_scope_never_gives_more_than_its_owner_may(house: House) -> None:
    """W1: a reader cannot change, whatever its token says."""
    reader = Caller(house.cast.reader)
    assert reader.get("/accounts/bistro").status_code == 200
    assert (
        problem_of(reader.post("/accounts/bistro/brands", {"name": "New", "slug": "new"}), 403)["code"] == "not_allowed"
    )


def test_the_use_of_a_token_is_noted_once_a_minute(house: House) -> None:
    caller = Caller(house.cast.owner)
    caller.get("/me")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    caller.get("/me")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    caller.get("/me")
    last = ApiToken.objects.get().last_used_at
    assert last is not None
    assert last > first - timedelta(minutes=1)


def test_token_identity_account_and_privileges_are_one_query(house: House) -> None:
    caller = Caller(house.cast.owner)
    caller.get("/me")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert caller.get("/catalog/topics").status_code == 200
    assert len(queries) == 2  # the second one asks how the gate stands


def test_a_token_makes_none_that_may_do_more_than_itself(house: House) -> None:
    body = {"name": "Nightly", "scopes": ["read"], "expires_at": (utc_now() + timedelta(days=3)).isoformat()}
    caller = Caller(house.cast.owner)
    made = caller.post("/me/tokens", body)
    assert made.status_code == 201, made.content
    secret = made.json()["secret"]
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me").status_code == 200
    problem_of(Caller(house.cast.owner, [TokenScope.WRITE]).post("/me/tokens", body), 403)
    names = {token["name"] for token in caller.get("/me/tokens").json()["items"]}
    assert names == {"Nightly", "Tests"}
    assert caller.delete(f"/tokens/{made.json()['token']['id']}").status_code == 204
    problem_of(Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me"), 401)


def test_a_token_of_somebody_else_is_missing(house: House) -> None:
    Caller(house.cast.owner)
    token = ApiToken.objects.get()
    stranger = Caller(house.cast.outsider)
    assert problem_of(stranger.delete(f"/tokens/{token.public_id}"), 404)["code"] == "missing"
    token.refresh_from_db()
    assert token.revoked_at is None
