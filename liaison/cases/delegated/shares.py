"""Shares that a delegate made end with its access; the customer's people are told and may renew them (W6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import ActorRef, Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.cases.access import shares_in_force
from liaison.cases.models import Case, Share
from liaison.cases.scope import Scope
from liaison.catalog.vocabulary import Topic
from liaison.delegation.access import is_delegate
from liaison.delegation.deciding import Seat
from liaison.notifications.actions import announce_to_anybody
from liaison.notifications.registry import Subject

ENDED: Final = "case_shares_ended"
"""The kind of subject of the mail about it: the customer's key; `shares` are the keys of those that ended."""


def end_those_of(customer: Account, account: Account, actor: ActorRef, now: datetime) -> None:
    """End the shares of a customer's cases that people of an account made, where they see the case no longer."""
    made = shares_in_force(now).filter(case__account=customer, created_by__domain__account=account)
    held = made.select_related("case", "created_by__domain").select_for_update(of=("self",)).order_by("pk")
    _end(customer, account, _without_access(list(held)), actor, now)


def end_those_made_by(leaving: Identity, actor: ActorRef, now: datetime) -> None:
    """End what a delegate who is deleted had shared of customers' cases. For `accounts.departures`.

    Once they are gone nobody knows with whose access it ends. Of somebody suspended that stays known.
    """
    if leaving.suspended_at == now or not is_delegate(leaving):
        return
    made = shares_in_force(now).filter(created_by=leaving).exclude(case__account=leaving.account)
    shares: dict[Account, list[Share]] = defaultdict(list)
    for one in made.select_related("case__account").select_for_update(of=("self",)).order_by("pk"):
        shares[one.case.account].append(one)
    for customer, those in shares.items():
        _end(customer, leaving.account, those, actor, now)


def renewable(case: Case) -> list[Share]:
    """Return the shares of a case that ended with a delegate's access and that nobody made anew, the newest first."""
    return _not_made_anew(Share.objects.filter(case=case).order_by("-pk"))


def renewable_among(keys: Sequence[int]) -> list[Share]:
    """Return those of these shares, by key, that nobody made anew."""
    return _not_made_anew(Share.objects.filter(pk__in=keys).order_by("pk"))


def _not_made_anew(shares: QuerySet[Share]) -> list[Share]:
    again = Share.objects.filter(case=OuterRef("case"), address__iexact=OuterRef("address"), pk__gt=OuterRef("pk"))
    found = shares.filter(~Exists(again), ended_with__isnull=False)
    return list(found.select_related("ended_with", "case"))


def _end(customer: Account, account: Account, ended: Sequence[Share], actor: ActorRef, now: datetime) -> None:
    if not ended:
        return
    Share.objects.filter(pk__in=[one.pk for one in ended]).update(revoked_at=now, ended_with=account)
    facts = {"with_account": account.pk}
    entries = [
        Entry(Happened.CASE_SHARE_ENDED, one.case.subject_ref, customer.pk, {}, {"share": one.public_id, **facts})
        for one in ended
    ]
    record_each(entries, actor=actor, now=now)
    subject = Subject(ENDED, str(customer.pk), customer.pk, {"shares": [one.pk for one in ended]})
    announce_to_anybody((Topic.ACCOUNT_MAIL,), subject, now=now)


def _without_access(shares: Sequence[Share]) -> list[Share]:
    """Return those whose maker's seat reaches the case no longer, in a query for each domain that made some."""
    made: dict[Seat, list[Share]] = defaultdict(list)
    for one in shares:
        if one.created_by is not None:
            domain = one.created_by.domain
            made[Seat(domain.account_id, domain.pk)].append(one)
    ended: list[Share] = []
    for seat, those in made.items():
        reached = Case.objects.filter(Scope(seat=seat).condition(), pk__in={one.case_id for one in those})
        seen = set(reached.values_list("pk", flat=True))
        ended += [one for one in those if one.case_id not in seen]
    return ended
