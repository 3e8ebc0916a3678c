"""Who sees the cases of a customer, by the API: the same verbs and refusals as on the pages (D3, D11, W5, W14)."""

from __future__ import annotations

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import make_identity
from liaison.api.tests.house import Caller, House, problem_of
from liaison.delegation.models import Bond, ContactLink, Grant
from liaison.delegation.testing import make_customer, make_delegate, person_of

pytestmark = pytest.mark.django_db
BASE = "/customers/trattoria"


def test_a_customer_grants_widens_and_revokes(customer: Account, rita: Identity) -> None:
    """D3, W5."""
    ugo, reader = Caller(person_of(customer)), Caller(make_identity(customer, PredefinedRole.READER, "Rosa Reader"))
    problem_of(reader.put(f"{BASE}/access/resold", {"level": "view"}), 403)
    granted = ugo.put(f"{BASE}/access/resold", {"level": "manage", "why": "Sold by them"}).json()
    assert (granted["level"], granted["tie"], granted["domain"]) == ("manage", "manages", rita.domain.name)
    assert reader.put(f"{BASE}/access/resold", {"level": "view"}).json()["level"] == "view"
    problem_of(reader.put(f"{BASE}/access/resold", {"level": "manage"}), 403)
    assert reader.get(f"{BASE}/access").json()["relations"][0]["level"] == "view"
    problem_of(reader.delete(f"{BASE}/access/resold", why="x" * 1001), 422)
    assert reader.delete(f"{BASE}/access/resold", why="No longer needed").status_code == 204
    assert problem_of(reader.delete(f"{BASE}/access/resold"), 409)["code"] == "delegation_not_granted"
    spans = ugo.get(f"{BASE}/access-history").json()
    assert [one["level"] for one in spans] == ["view", "manage", None]
    assert [one["ended_why"] for one in spans] == ["No longer needed", "", ""]
    problem_of(ugo.put(f"{BASE}/access/nobody", {"level": "view"}), 404)
    problem_of(ugo.put(f"{BASE}/access/resold", {"level": "all"}), 422)
    too_long = problem_of(ugo.put(f"{BASE}/access/resold", {"level": "view", "why": "x" * 1001}), 422)
    assert too_long["errors"][0]["field"] == "why"


def test_a_delegate_asks_and_sees_nothing_of_what_others_got(customer: Account, rita: Identity) -> None:
    """W14: of the grants to others a delegate learns nothing."""
    caller, ugo = Caller(rita), Caller(person_of(customer))
    problem_of(caller.get(f"{BASE}/access"), 403)
    problem_of(caller.put(f"{BASE}/access/resold", {"level": "view"}), 403)
    asked = caller.post(f"{BASE}/access-requests", {"level": "view"})
    assert asked.status_code == 201
    assert problem_of(caller.post(f"{BASE}/access-requests", {}), 409)["code"] == "delegation_asked_already"
    waiting = ugo.get(f"{BASE}/access").json()["requests"]
    assert [(one["account"]["slug"], one["level"]) for one in waiting] == [("resold", "view")]
    path = f"{BASE}/access-requests/{asked.json()['id']}"
    problem_of(caller.put(path, {"level": "view"}), 403)
    assert ugo.put(path, {"level": "view"}).json()["state"] == "granted"
    assert problem_of(ugo.put(path, {"level": None}), 409)["code"] == "delegation_answered_already"
    assert Grant.objects.get().level == "view"


def test_a_customer_begins_and_either_side_ends_support(customer: Account) -> None:
    """D11."""
    ugo, helper = Caller(person_of(customer)), make_delegate("helpers", AccountKind.SUPPORT_PARTNER)
    begun = ugo.post(f"{BASE}/support-partners", {"partner": "helpers"})
    assert (begun.status_code, begun.json()["tie"], begun.json()["level"]) == (201, "supports", None)
    assert (
        problem_of(ugo.post(f"{BASE}/support-partners", {"partner": "resold"}), 422)["errors"][0]["field"] == "partner"
    )
    assert Caller(helper).delete(f"{BASE}/support-partners/helpers", why="Too far away").status_code == 204
    assert Bond.objects.get(tie="supports").ended_why == "Too far away"
    problem_of(ugo.delete(f"{BASE}/support-partners/helpers"), 404)


def test_staff_send_the_contact_a_link(house: House, customer: Account) -> None:
    """W11."""
    body = {"account": "resold"}
    assert Caller(house.cast.administrator).post(f"{BASE}/contact-links", body).status_code == 204
    assert ContactLink.objects.get().address == "contact@trattoria.test"
    problem_of(Caller(house.cast.administrator).post(f"{BASE}/contact-links", {"account": "nobody"}), 409)
    problem_of(Caller(house.cast.agent).post(f"{BASE}/contact-links", body), 403)
    problem_of(Caller(person_of(customer)).post(f"{BASE}/contact-links", body), 403)
    assert Caller(house.cast.agent).get(f"{BASE}/access").status_code == 200


def test_to_others_there_is_no_such_customer(house: House, customer: Account) -> None:
    """Invariant 6."""
    for stranger in (make_delegate("stranger"), person_of(make_customer("other"))):
        for path in ("/customers/trattoria/access", "/customers/nothing/access"):
            assert problem_of(Caller(stranger).get(path), 404)["code"] == "missing"
