"""Opening cases to an account that came later, and closing them to it again: the customer's choice (D5, W4).

A hand-over changes who sees a case, not the case: it stands in the history of access and moves nothing in lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from liaison.accounts.models import Account
from liaison.audit.actions import Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.cases.delegated import shares
from liaison.cases.delegated.handing import (
    MOST_AT_ONCE,
    bond_to,
    open_and_unseen,
    require_handing_over,
    require_taking_back,
    unseen_by,
)
from liaison.cases.models import Case, HandOver
from liaison.cases.numbers import plain
from liaison.cases.vocabulary import HandOverCode
from liaison.delegation.actions.contact_links import take_link
from liaison.delegation.actions.writing import Doer, by_link, person
from liaison.delegation.models import Bond
from liaison.delegation.reaching import lock_customer
from liaison.delegation.vocabulary import DelegationCode, LinkPurpose
from liaison.lib.refusals import Conflict, FieldProblem, Invalid


@transaction.atomic
def hand_over_cases(
    *, actor: Doer, customer: Account, account: Account, numbers: Sequence[str] | None, now: datetime
) -> tuple[Case, ...]:
    """Open these cases of a customer, or without numbers all its open ones, to an account that is bound to it now.

    Returns those that became visible by it; one that the account's time opens, or that was handed over, is left as it
    is. Closed cases can be handed over (W9). They are seen as far as the customer grants it, now or later. Raises
    Missing, Forbidden, Invalid (none, too many, not the customer's), and Conflict for an account that is not bound.
    """
    require_handing_over(actor.actor, customer)
    wanted = None if numbers is None else _checked(customer, numbers)
    customer = lock_customer(customer)
    bond = bond_to(customer, account)
    if bond is None:
        raise Conflict(DelegationCode.NOT_BOUND)
    found = tuple(_unseen(bond, wanted))
    HandOver.objects.bulk_create(
        HandOver(case=case, account=account, given_at=now, given_by=person(actor.actor), given_by_address=actor.address)
        for case in found
    )
    _record(Happened.CASE_HANDED_OVER, found, account, actor, now)
    return found


@transaction.atomic
def hand_over_by_link(*, token: str, numbers: Sequence[str] | None, now: datetime) -> tuple[Case, ...]:
    """Hand over as the holder of a signed link decides, for a customer without users of the portal (D5, W11).

    Raises Conflict for a link that does not count, and Invalid as above.
    """
    link = take_link(token, LinkPurpose.HAND_OVER, now)
    if link.account is None:
        raise Conflict(DelegationCode.LINK_OVER)
    return hand_over_cases(actor=by_link(link), customer=link.customer, account=link.account, numbers=numbers, now=now)


@transaction.atomic
def take_back_case(*, actor: Doer, case: Case, account: Account, now: datetime) -> HandOver:
    """Close a case to an account that it was handed over to, from the next request on, with the shares made there.

    Raises Missing, Forbidden, and Conflict where it is not handed over to the account.
    """
    require_taking_back(actor.actor, case, now)
    customer = lock_customer(case.account)
    given = HandOver.objects.select_for_update().filter(case=case, account=account, ended_at=None).first()
    if given is None:
        raise Conflict(HandOverCode.NOT_HANDED_OVER)
    given.ended_at, given.ended_by = max(now, given.given_at), person(actor.actor)
    given.save(update_fields=["ended_at", "ended_by"])
    _record(Happened.CASE_TAKEN_BACK, (case,), account, actor, now)
    shares.end_those_of(customer, account, actor.ref, now)
    return given


def _checked(customer: Account, numbers: Sequence[str]) -> frozenset[int]:
    """Return the keys of the cases. A number that is not the customer's is refused like one that nobody has."""
    wanted = {plain(one).replace("\x00", "") for one in numbers}
    if not wanted:
        raise Invalid((FieldProblem("numbers", HandOverCode.NOTHING_CHOSEN),))
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid((FieldProblem("numbers", HandOverCode.TOO_MANY, {"most": MOST_AT_ONCE}),))
    found = Case.objects.filter(account=customer, number__in=wanted).values_list("pk", flat=True)
    if len(found) < len(wanted):
        raise Invalid((FieldProblem("numbers", HandOverCode.UNKNOWN_CASE),))
    return frozenset(found)


def _unseen(bond: Bond, wanted: frozenset[int] | None) -> QuerySet[Case]:
    found = open_and_unseen(bond) if wanted is None else unseen_by(bond).filter(pk__in=wanted)
    return found.order_by("pk")


def _record(happened: Happened, cases: Sequence[Case], account: Account, actor: Doer, now: datetime) -> None:
    entries = [Entry(happened, one.subject_ref, one.account_id, {}, {"account": account.pk}) for one in cases]
    record_each(entries, actor=actor.ref, now=now)
