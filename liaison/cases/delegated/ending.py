"""What follows in cases when somebody's access to a customer changes. Registered in `delegation.followers`.

All of it happens in the transaction of the change: a grant that is revoked acts on the next request of anybody.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Final

from liaison.accounts.models import Identity
from liaison.audit.actions import Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.cases.delegated import shares
from liaison.cases.delegated.handing import open_and_unseen, people_who_hand_over
from liaison.cases.models import Case, HandOver
from liaison.cases.scope import Scope
from liaison.cases.vocabulary import CaseState
from liaison.catalog.vocabulary import Topic
from liaison.delegation.actions.linking import send_link
from liaison.delegation.deciding import Seat
from liaison.delegation.followers import AccessChanged
from liaison.delegation.models import Bond
from liaison.delegation.vocabulary import LinkPurpose
from liaison.lib.refusals import Conflict
from liaison.notifications.actions import announce_to_anybody
from liaison.notifications.registry import Subject

HAND_OVER_ASKED: Final = "case_hand_over_asked"
ACCESS_ENDED: Final = "case_access_ended"
"""The kinds of subjects of the mails that follow (`letters/relations.py`)."""


def follow(changed: AccessChanged) -> None:
    """End what rested on access that is over, tell who filed open cases, and ask the customer to hand them over."""
    is_over = bool(changed.ended) and _bond_of(changed) is None
    if is_over:
        _end_hand_overs(changed)
    shares.end_those_of(changed.customer, changed.account, changed.actor, changed.now)
    if changed.ended or changed.is_lost:
        _tell_filers(changed)
    for bond in _new_readers(changed, is_over=is_over):
        if open_and_unseen(bond).exists():
            _ask(changed, bond)


def _ask(changed: AccessChanged, bond: Bond) -> None:
    """Ask the customer's people which open cases the account may see; without any, its contact by a link (D5)."""
    if people_who_hand_over(changed.customer):
        facts = {"account": bond.account_id}
        subject = Subject(HAND_OVER_ASKED, str(changed.customer.pk), changed.customer.pk, facts)
        announce_to_anybody((Topic.ACCOUNT_MAIL,), subject, now=changed.now)
        return
    # Nobody can be asked where sales know no contact: then staff go on, and are alarmed (`unread.py`).
    with suppress(Conflict):
        send_link(
            actor=changed.actor,
            customer=changed.customer,
            purpose=LinkPurpose.HAND_OVER,
            account=bond.account,
            now=changed.now,
        )


def _bond_of(changed: AccessChanged) -> Bond | None:
    """Return the relation that goes on: a move between domains of one account ends nothing of the account's (W4)."""
    return Bond.objects.filter(customer=changed.customer, account=changed.account, ended_at=None).first()


def _end_hand_overs(changed: AccessChanged) -> None:
    given = HandOver.objects.filter(case__account=changed.customer, account=changed.account, ended_at=None)
    held = list(given.select_related("case").select_for_update(of=("self",)).order_by("pk"))
    for one in held:
        one.ended_at = max(changed.now, one.given_at)
    HandOver.objects.bulk_update(held, ["ended_at"], batch_size=1000)
    facts = {"account": changed.account.pk, "with_bond": changed.ended}
    entries = [Entry(Happened.CASE_TAKEN_BACK, one.case.subject_ref, changed.customer.pk, {}, facts) for one in held]
    record_each(entries, actor=changed.actor, now=changed.now)


def _tell_filers(changed: AccessChanged) -> None:
    """Tell the people of the domain whose access ended, who filed cases that are open still (D5)."""
    bond = Bond.objects.filter(pk=changed.ended).first() if changed.ended else _bond_of(changed)
    people = Identity.objects.filter(domain__account=changed.account, is_active=True)
    if bond is not None and bond.domain_id is not None:
        people = people.filter(domain=bond.domain_id)
    cases = Case.objects.filter(account=changed.customer, filed_by__in=people).exclude(state=CaseState.CLOSED)
    filed: dict[int, list[int]] = defaultdict(list)
    for seat in {Seat(changed.account.pk, one.domain_id) for one in people}:
        lost = cases.filter(filed_by__domain=seat.domain).exclude(Scope(seat=seat).condition())
        for case, person in lost.order_by("pk").values_list("pk", "filed_by"):
            filed[person or 0].append(case)
    for person, those in sorted(filed.items()):
        facts = {"customer": changed.customer.pk, "cases": those}
        subject = Subject(ACCESS_ENDED, str(person), changed.account.pk, facts)
        announce_to_anybody((Topic.ACCOUNT_MAIL,), subject, now=changed.now)


def _new_readers(changed: AccessChanged, *, is_over: bool) -> list[Bond]:
    """Return the relations to which open cases may be handed over because one that opened them has ended.

    When the manager changes, that is the new one, when its relation begins; a first one was preceded by nobody.
    """
    bonds = Bond.objects.filter(customer=changed.customer)
    if changed.begun and changed.ended:  # it moved within the account, which saw to that before
        return []
    if changed.begun:
        follows_another = bonds.filter(ended_at__isnull=False).exclude(account=changed.account).exists()
        return list(bonds.filter(pk=changed.begun)) if follows_another else []
    has_successor = bonds.filter(begun_at__gte=changed.now, ended_at=None).exists()
    return list(bonds.filter(ended_at=None)) if is_over and not has_successor else []
