"""Programs of delegates file for customers, and are told what is missing where they may not (D2, D3)."""

from __future__ import annotations

from typing import Any

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.testing import Cast, make_cast
from liaison.api.tests.house import Caller, problem_of
from liaison.cases.models import Case
from liaison.delegation import actions
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.testing import make_customer, person_of
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now

NEW = {
    "product": "other", "category": "question", "title": "Bookings stay open",
    "description": "Since Monday some are never confirmed.", "severity": "high", "customer": "trattoria",
}  # fmt: skip


@pytest.fixture
def customer(customer: Account) -> Account:
    """Return it with a language and a zone of its own."""
    customer.language, customer.time_zone = "it", "Europe/Rome"
    customer.save()
    return customer


@pytest.fixture
def rita(rita: Identity) -> Identity:
    """Return her with another zone."""
    rita.time_zone = "Asia/Seoul"
    rita.save()
    return rita


def _grant(customer: Account, to: Account, level: GrantLevel) -> None:
    ugo = signed_in(person_of(customer))
    actions.grant_access(actor=ugo, customer=customer, account=to, level=level, why="", now=utc_now())


def _file(actor: Identity, **values: Any) -> Any:
    return Caller(actor).post("/cases", {**NEW, **values})


def test_a_customer_that_granted_too_little_is_refused_with_the_reason(customer: Account, rita: Identity) -> None:
    """D3: 403 with the same reason as on the page, whatever else is wrong with the case."""
    assert problem_of(_file(rita), 403)["code"] == "delegation_not_granted"
    _grant(customer, rita.account, GrantLevel.VIEW)
    problem = problem_of(_file(rita, product="nonsense"), 403)
    assert problem["code"] == "delegation_only_view"
    assert "view" in problem["detail"]
    assert not Case.objects.exists()


def test_a_case_is_filed_in_the_customer_s_language_and_time_zone(customer: Account, rita: Identity) -> None:
    _grant(customer, rita.account, GrantLevel.MANAGE)
    case = _file(rita, submission="job-1").json()
    assert (case["account"], case["language"], case["time_zone"]) == ("trattoria", "it", "Europe/Rome")
    assert case["may"] == ["change", "comment", "read"]
    assert _file(rita, submission="job-1").json()["number"] == case["number"]
    assert _file(rita, language="en").json()["language"] == "en"
    assert Caller(person_of(customer)).get(f"/cases/{case['number']}").status_code == 200


def test_a_customer_that_is_not_managed_is_not_there(customer: Account, rita: Identity) -> None:
    """Invariant 6: nor is one that does not exist, nor a partner, nor the delegate's own account as a customer."""
    make_customer("osteria")
    answers = [problem_of(_file(rita, customer=slug), 404) for slug in ("osteria", "nobody", "resold")]
    assert len({answer["detail"] for answer in answers}) == 1
    problem = problem_of(_file(rita, account="resold"), 422)
    assert problem["errors"][0]["code"] == "filing_two_accounts"
    problem_of(Caller(rita).post("/cases", {**NEW, "customer": "", "account": "trattoria"}), 404)


def test_agents_file_for_customers_too(customer: Account) -> None:
    cast: Cast = make_cast()
    assert _file(cast.agent).json()["account"] == "trattoria"
    problem_of(_file(cast.engineer), 403)
    problem_of(_file(cast.owner), 404)
