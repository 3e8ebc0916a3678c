"""Which privileges open what in a reseller's account (D12, W3)."""

from __future__ import annotations

import pytest

from liaison.accounts.rights import AccountKind, Privilege
from liaison.accounts.testing import give_only
from liaison.delegation.access import seat_of, sees_customers, works_for_customers
from liaison.delegation.testing import make_delegate

SUPPORT, VIEW, CASES = Privilege.SUPPORT, Privilege.VIEW_CUSTOMERS, Privilege.ACCESS_CUSTOMER_CASES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("privileges", "lists_customers", "sees_cases"),
    [
        ([], False, False),
        ([SUPPORT], False, False),
        ([VIEW], True, False),
        ([SUPPORT, VIEW], True, False),
        ([CASES], True, False),
        ([VIEW, CASES], True, False),
        ([SUPPORT, CASES], True, True),
        ([SUPPORT, VIEW, CASES], True, True),
        ([Privilege.LEGACY_RESELLER_SUPPORT], True, True),
        ([Privilege.LEGACY_ENTERPRISE], True, True),
        ([Privilege.VIEW_CASES, Privilege.WRITE_CASES], False, False),
    ],
)
def test_access_to_cases_implies_the_list_of_customers(
    privileges: list[Privilege], *, lists_customers: bool, sees_cases: bool
) -> None:
    actor = give_only(make_delegate(), privileges)
    assert sees_customers(actor) is lists_customers
    assert (seat_of(actor) is not None) is sees_cases


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [AccountKind.PARTNER, AccountKind.CUSTOMER, AccountKind.SUPPORT_PARTNER])
def test_a_reseller_s_privileges_open_nothing_in_accounts_of_other_kinds(kind: AccountKind) -> None:
    """D11, D12: the tree is of resellers; a support partner's people have the roles of W1."""
    actor = give_only(make_delegate("other", kind), [SUPPORT, VIEW, CASES, Privilege.LEGACY_ENTERPRISE])
    assert not sees_customers(actor)
    assert seat_of(actor) is None
    assert not works_for_customers(actor)
