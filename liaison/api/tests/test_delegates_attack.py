"""What delegates and staff try by the API to learn of a customer's other relations (W2, W14, invariant 6)."""

from __future__ import annotations

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.api.tests.house import Caller, House, problem_of
from liaison.delegation import actions
from liaison.delegation.testing import make_delegate, person_of
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
BASE = "/customers/trattoria"


def test_a_delegate_learns_not_who_else_supports_the_customer(customer: Account, rita: Identity) -> None:
    helper, other = (make_delegate(slug, AccountKind.SUPPORT_PARTNER) for slug in ("helpers", "others"))
    ugo = person_of(customer)
    for partner in (helper, other):
        actions.begin_support(actor=ugo, customer=customer, partner=partner.account, why="", now=utc_now())
    for nosy in (rita, helper):
        there = Caller(nosy).delete(f"{BASE}/support-partners/others")
        not_there = Caller(nosy).delete(f"{BASE}/support-partners/nobody")
        assert (there.status_code, problem_of(there, there.status_code)["code"]) == (
            not_there.status_code, problem_of(not_there, not_there.status_code)["code"],
        )  # fmt: skip


def test_an_on_call_engineer_reads_no_reasons_and_addresses_of_grants(house: House, customer: Account) -> None:
    engineer = Caller(house.cast.engineer)
    for place in ("access", "access-history"):
        problem_of(engineer.get(f"{BASE}/{place}"), 403)
