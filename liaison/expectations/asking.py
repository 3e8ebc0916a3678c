"""Keeping what is expected, and that nothing is expected any more: for the rooms whose subjects it is about.

Called in the transaction of the change, with the subjects' rows locked. In any number of statements but one for each.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from liaison.accounts.models import Account, Identity
from liaison.audit.actions import ActorRef, Entry, record_each
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.expectations.models import Expectation
from liaison.expectations.vocabulary import ClosedBecause, Expected


@dataclass(frozen=True)
class Wish:
    """What is expected about one subject, by when (aware, UTC)."""

    subject_kind: str
    subject_id: str
    topic: Topic
    expected: Expected
    due_at: datetime


def expect_each(
    *, actor: ActorRef, account: Account, wishes: Sequence[Wish], now: datetime, asked_by: Identity | None = None
) -> list[Expectation]:
    """Expect something about each of the subjects, all of one account; return what was not expected yet.

    Of a subject about which something is expected already, a graver topic takes over, and the earlier of the two
    deadlines while nothing was answered.
    """
    wanted = {(wish.subject_kind, wish.subject_id): wish for wish in wishes}
    open_ones = _open(wanted)
    for found in open_ones:
        _take_over(found, wanted.pop((found.subject_kind, found.subject_id)))
    Expectation.objects.bulk_update(open_ones, ["topic", "due_at", "repeat_at", "passed"])
    made = Expectation.objects.bulk_create(_new(account, wish, asked_by, now) for wish in wanted.values())
    entries = (Entry(Happened.EXPECTATION_SET, one.audit_ref, account.pk, facts=facts_of(one)) for one in made)
    record_each(entries, actor=actor, now=now)
    return made


def close_about(
    *, subject_kind: str, subject_ids: Collection[str], because: ClosedBecause, actor: ActorRef, now: datetime
) -> int:
    """Expect nothing any more about these subjects; return how many expectations were open."""
    rows = Expectation.objects.select_for_update(no_key=True).filter(closed_at=None)
    found = list(rows.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids)).order_by("pk"))
    if not found:
        return 0
    keys = [one.pk for one in found]
    Expectation.objects.filter(pk__in=keys).update(closed_at=now, closed_because=because, repeat_at=None)
    entries = (
        Entry(Happened.EXPECTATION_CLOSED, one.audit_ref, one.account_id, facts={"because": because, **about(one)})
        for one in found
    )
    record_each(entries, actor=actor, now=now)
    return len(found)


def facts_of(expectation: Expectation) -> dict[str, str]:
    """Return what the history keeps of an expectation that was set or changed."""
    values = {"topic": expectation.topic, "expected": expectation.expected, "due_at": expectation.due_at.isoformat()}
    return about(expectation) | values


def about(expectation: Expectation) -> dict[str, str]:
    """Return what an expectation is about, for the history."""
    return {"about_kind": expectation.subject_kind, "about_id": expectation.subject_id}


def _open(wanted: Collection[tuple[str, str]]) -> list[Expectation]:
    kinds, ids = {kind for kind, _ in wanted}, [key for _, key in wanted]
    rows = Expectation.objects.select_for_update(no_key=True).filter(closed_at=None)
    found = rows.filter(subject_kind__in=kinds, subject_id__in=ids).order_by("pk")
    return [one for one in found if (one.subject_kind, one.subject_id) in wanted]


def _take_over(found: Expectation, wish: Wish) -> None:
    if found.topic == wish.topic:
        return
    found.topic = wish.topic.value
    if not found.answer and wish.due_at < found.due_at:
        found.due_at = found.repeat_at = wish.due_at
        found.passed = 0


def _new(account: Account, wish: Wish, asked_by: Identity | None, now: datetime) -> Expectation:
    return Expectation(
        account=account,
        subject_kind=wish.subject_kind,
        subject_id=wish.subject_id,
        topic=wish.topic.value,
        expected=wish.expected.value,
        asked_at=now,
        asked_by=asked_by,
        first_due_at=wish.due_at,
        due_at=wish.due_at,
        repeat_at=wish.due_at,
    )
