"""The accounts that work for a customer, at one of its cases: handed over, not seen yet, and shares to renew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind
from liaison.cases.delegated.audience import reads_access
from liaison.cases.delegated.handing import hand_overs_of, hands_over, targets_unaware_of
from liaison.cases.delegated.shares import renewable
from liaison.cases.models import Case, HandOver, Share, UnreadCase
from liaison.cases.vocabulary import CaseRight
from liaison.delegation.models import SalesRecord
from liaison.delegation.recordaccess import reads_records

RENEWED_FOR: Final = 30
"""So many days a renewed share lasts."""


@dataclass(frozen=True, slots=True)
class DelegatesPanel:
    """What `cases/case_delegates.html` shows as `delegates`, to a customer's own users and to staff.

    `is_unread`: nobody outside support can read the case; then `contact` is whom support writes to, for staff who see
    contacts (W2).
    """

    number: str
    given: tuple[HandOver, ...]
    unaware: tuple[Account, ...]
    renewable: tuple[Share, ...]
    may_hand_over: bool
    may_renew: bool
    is_unread: bool
    contact: str


def delegates_panel(case: Case, reader: Identity, rights: frozenset[CaseRight]) -> DelegatesPanel | None:
    """Return the panel for a customer's case, in four queries and some for each relation; None, without any, else."""
    if case.account.kind != AccountKind.CUSTOMER or not reads_access(reader, case):
        return None
    is_own = case.account_id == reader.account.pk
    is_unread = reader.is_staff and UnreadCase.objects.filter(case=case).exists()
    return DelegatesPanel(
        number=case.number,
        given=tuple(hand_overs_of(case)),
        unaware=targets_unaware_of(case),
        renewable=tuple(renewable(case)),
        may_hand_over=is_own and hands_over(reader),
        may_renew=CaseRight.CHANGE in rights,
        is_unread=is_unread,
        contact=_contact_of(case.account) if is_unread and reads_records(reader) else "",
    )


def _contact_of(customer: Account) -> str:
    """Return to whom support writes as long as nobody of the customer reads its cases (D5)."""
    record = SalesRecord.objects.filter(customer=customer).first()
    return " ".join(filter(None, (record.contact_name, record.contact_address))) if record else ""
