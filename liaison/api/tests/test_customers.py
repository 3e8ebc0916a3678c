"""Customers by API: as delegates see them, and as staff keep their sales records (D1, D2, W2, W11)."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, make_identity, make_operator
from liaison.api.tests.house import Caller, problem_of
from liaison.delegation import actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import Bond, Correction
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db

RECORD = {"company": "Nuova srl", "contact_address": "anna@nuova.test"}


@pytest.fixture
def staff() -> Identity:
    return make_identity(make_operator(), PredefinedRole.OPERATOR_ADMINISTRATOR, "Olga Operator", language="en")


def slugs(caller: Caller, **query: str) -> list[str]:
    return [one["slug"] for one in caller.get("/customers", **query).json()["items"]]


def test_a_delegate_lists_and_reads_the_customers_of_its_domain(rita: Identity, customer: Account) -> None:
    """D1, D6: with what is granted; what it may not see answers as what is not there."""
    make_customer("stranger")
    caller = Caller(rita)
    assert slugs(caller) == ["trattoria"]
    assert slugs(caller, q="carla") == ["trattoria"]
    assert slugs(caller, q="nobody") == []
    assert slugs(caller, access="manage") == []
    ugo = signed_in(person_of(customer))
    actions.grant_access(
        actor=ugo, customer=customer, account=rita.account, level=GrantLevel.VIEW, why="W14", now=utc_now()
    )
    answer = caller.get("/customers/trattoria")
    shown = answer.json()
    assert (shown["level"], shown["domain"], shown["by"]["slug"]) == ("view", rita.domain.name, "resold")
    assert shown["record"]["address"] == "Via Roma 1\n00100 Roma"
    assert "W14" not in answer.content.decode()
    assert slugs(caller, access="view") == ["trattoria"]
    forbidden, missing = (problem_of(caller.get(f"/customers/{slug}"), 404) for slug in ("stranger", "nobody"))
    assert forbidden["code"] == missing["code"]
    problem_of(caller.get("/customers", access="nonsense"), 422)


def test_a_list_comes_in_pages_by_name(rita: Identity, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    caller, found, cursor = Caller(rita), [], ""
    for slug in ("anna", "berta", "carla"):
        made = make_customer(slug, people=False)
        actions.set_manager(actor=TESTS, customer=made, domain=rita.domain, why="", now=utc_now())
    for _page in range(4):
        page = caller.get("/customers", limit=1, cursor=cursor).json()
        found += [one["slug"] for one in page["items"]]
        cursor = page["next"]
    assert found == ["anna", "berta", "carla", "trattoria"]
    assert cursor is None
    with django_assert_num_queries(7):  # the token, whose, keys, the page, and three about its rows
        caller.get("/customers")


def test_who_sees_no_customers_lists_none(customer: Account, rita: Identity) -> None:
    """W2, W3: not even their contacts are found by who does not see contacts."""
    editor = make_identity(rita.account, PredefinedRole.EDITOR, "Ed Editor", language="en")
    assert slugs(Caller(editor)) == []
    assert slugs(Caller(person_of(customer))) == ["trattoria"]
    engineer = make_identity(make_operator(), PredefinedRole.ON_CALL_ENGINEER, "Emil Engineer", language="en")
    problem_of(Caller(engineer).get("/customers", q="carla"), 403)
    for slug in ("trattoria", "nobody"):
        problem_of(Caller(engineer).get(f"/customers/{slug}"), 403)


def test_staff_make_a_customer_and_change_its_record(staff: Identity, rita: Identity) -> None:
    """W11."""
    caller = Caller(staff)
    new = {"name": "Nuova", "slug": "nuova", "language": "it", "time_zone": "Europe/Rome", "record": RECORD}
    made = caller.post("/customers", new)
    assert made.status_code == 201
    assert made.json()["record"]["address_waits"] is False
    problem_of(Caller(rita).post("/customers", {**new, "slug": "other"}), 403)
    moved = caller.put("/customers/nuova/sales-record", {**RECORD, "contact_address": "eva@nuova.test"}).json()
    assert moved["record"]["address_waits"] is True
    assert caller.put("/customers/nuova/sales-record/confirmation").json()["record"]["address_waits"] is False
    problem_of(caller.put("/customers/nuova/sales-record/confirmation"), 409)
    wrong = problem_of(caller.put("/customers/nuova/sales-record", {"company": "", "contact_address": "x"}), 422)
    assert {error["field"] for error in wrong["errors"]} == {"company", "contact_address"}
    problem_of(Caller(rita).put("/customers/trattoria/sales-record", RECORD), 403)
    problem_of(Caller(rita).put("/customers/nuova/sales-record", RECORD), 404)


def test_staff_set_and_end_who_manages(staff: Identity, rita: Identity) -> None:
    """D5."""
    other, caller = make_delegate("other"), Caller(staff)
    moved = caller.put("/customers/trattoria/manager", {"domain": other.domain.name, "why": "Contract"})
    assert moved.json()["by"]["slug"] == "other"
    problem_of(caller.put("/customers/trattoria/manager", {"domain": other.domain.name}), 409)
    wrong = problem_of(caller.put("/customers/trattoria/manager", {"domain": "nobody.test"}), 422)
    assert wrong["errors"][0]["field"] == "domain"
    problem_of(Caller(rita).put("/customers/trattoria/manager", {"domain": rita.domain.name}), 404)
    assert caller.delete("/customers/trattoria/manager", why="Contract ended").status_code == 204
    assert Bond.objects.latest("pk").ended_why == "Contract ended"
    assert not Bond.objects.filter(ended_at=None).exists()
    problem_of(caller.delete("/customers/trattoria/manager"), 409)


def test_corrections_are_asked_for_and_dealt_with(staff: Identity, rita: Identity, customer: Account) -> None:
    """D2."""
    made = Caller(rita).post("/customers/trattoria/corrections", {"text": "It moved."})
    assert made.status_code == 201
    assert [one["id"] for one in Caller(staff).get("/corrections").json()["items"]] == [made.json()["id"]]
    problem_of(Caller(rita).get("/corrections"), 403)
    problem_of(Caller(person_of(customer)).post("/customers/trattoria/corrections", {"text": "x"}), 403)
    done = f"/corrections/{made.json()['id']}/done"
    problem_of(Caller(rita).put(done), 404)
    assert Caller(staff).put(done).json()["done_at"]
    problem_of(Caller(staff).put(done), 409)
    assert Correction.objects.get().done_by == staff


def test_staff_add_domains_to_resellers(staff: Identity, rita: Identity) -> None:
    """D1."""
    made = Caller(staff).post("/accounts/resold/domains", {"name": "resold.example"})
    assert (made.status_code, made.json()["name"]) == (201, "resold.example")
    problem_of(Caller(staff).post("/accounts/resold/domains", {"name": "gmail.com"}), 422)
    problem_of(Caller(staff).post("/accounts/trattoria/domains", {"name": "t.example"}), 409)
    problem_of(Caller(rita).post("/accounts/resold/domains", {"name": "a.example"}), 403)
