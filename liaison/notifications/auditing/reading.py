"""What the auditor counts. Each question is one query that an index answers, however much history there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from liaison.catalog.vocabulary import Topic
from liaison.notifications.auditing.judging import Seen
from liaison.notifications.auditing.vocabulary import Trouble
from liaison.notifications.channels.contract import Outcome
from liaison.notifications.facts import Channel
from liaison.notifications.models import (
    FINISHED_MESSAGE_STATES,
    HELD_MESSAGE_STATES,
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Escalation,
    EscalationState,
    Message,
    MessageState,
)

# With the ten seconds between two looks, staff see within a minute what is late.
LATE: Final = timedelta(seconds=45)
LONGEST_ANSWER: Final = timedelta(minutes=15)
A_DAY: Final = timedelta(days=1)
MOST_COUNTED: Final = 1000
_TO_BE_SENT: Final = (MessageState.GATHERING, MessageState.PENDING)
_WAITING: Final = (*_TO_BE_SENT, MessageState.UNKNOWN)
_SERVICE_NOT_AVAILABLE: Final = 421
_DID_NOT_ARRIVE: Final = {
    MessageState.FAILED: Trouble.FAILED,
    MessageState.REFUSED: Trouble.REFUSED,
    MessageState.BOUNCED: Trouble.BOUNCED,
}


def overdue(now: datetime) -> Iterator[Seen]:
    """Count what is due for longer than `LATE` and in nobody's hand: no worker takes it."""
    late = Message.objects.filter(state__in=_WAITING, due_at__lt=now - LATE).order_by()
    is_unknown = Q(state=MessageState.UNKNOWN)
    for trouble, which in ((Trouble.OVERDUE, ~is_unknown), (Trouble.UNKNOWN, is_unknown)):
        yield _seen(trouble, late.filter(which), "due_at")


def stuck(now: datetime) -> Seen:
    """Count what a worker should have let go of: its lease is long over, or no server takes so long to answer."""
    forgotten = Q(lease_until__lt=now - LATE) | Q(state=MessageState.HANDED_OVER, claimed_at__lt=now - LONGEST_ANSWER)
    return _seen(Trouble.STUCK, Message.objects.filter(forgotten, state__in=HELD_MESSAGE_STATES), "lease_until")


def put_off(now: datetime) -> tuple[Seen, Seen]:
    """Count what was tried, and waits for its next try for longer than `LATE` after it was owed.

    Where no mail server could be spoken to at all, that is our trouble; where the other side asked for patience, or an
    endpoint of a partner does not answer, it is theirs.
    """
    newest = Attempt.objects.filter(message=OuterRef("message")).order_by("-number")
    late = (
        Delivery.objects.filter(
            due_at__lt=now - LATE,
            state=DeliveryState.PENDING,
            message__state__in=_TO_BE_SENT,
            message__due_at__gte=now - LATE,
        )
        .annotate(code=Subquery(newest.values("code")[:1]), outcome=Subquery(newest.values("outcome")[:1]))
        .values_list("message__channel", "code", "outcome", "due_at")
    )
    since: dict[Trouble, list[datetime]] = {Trouble.UNREACHABLE: [], Trouble.PUT_OFF: []}
    for channel, code, outcome, due_at in late[:MOST_COUNTED]:
        unspoken = code in {None, _SERVICE_NOT_AVAILABLE} and outcome in {None, "", Outcome.TEMPORARY}
        kind = Trouble.UNREACHABLE if channel == Channel.EMAIL and unspoken else Trouble.PUT_OFF
        since[kind].append(due_at)
    unreachable, patience = (Seen(kind, len(found), min(found, default=None)) for kind, found in since.items())
    return unreachable, patience


def not_arrived(now: datetime) -> Iterator[Seen]:
    """Count what was given up, refused or returned in the last day, and nobody of the staff has looked at."""
    unseen = deliveries_that_did_not_arrive(now - A_DAY).filter(review=None)
    rows = unseen.order_by().values_list("message__state").annotate(Count("pk"), Min("finished_at"))
    for state, count, since in rows:
        yield Seen(_DID_NOT_ARRIVE[MessageState(state)], count, since)


def deliveries_that_did_not_arrive(since: datetime) -> QuerySet[Delivery]:
    """Return what was given up, refused or returned after `since`."""
    return Delivery.objects.filter(
        state__in=(DeliveryState.FAILED, DeliveryState.BOUNCED),
        message__state__in=list(_DID_NOT_ARRIVE),
        message__finished_at__gt=since,
    )


def left_behind(newest: int | None) -> Seen:
    """Count deliveries that wait although their message is over: of the `newest` ones, or of all."""
    waiting = Delivery.objects.filter(state=DeliveryState.PENDING, message__state__in=FINISHED_MESSAGE_STATES)
    if newest is not None:
        last = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        waiting = waiting.filter(pk__gt=last - newest)
    return _seen(Trouble.LEFT_BEHIND, waiting, "due_at")


def escalations_overdue(now: datetime) -> Seen:
    late = Escalation.objects.filter(state=EscalationState.RUNNING, next_at__lt=now - LATE)
    return _seen(Trouble.ESCALATION_OVERDUE, late, "next_at")


def alarms_that_failed(now: datetime) -> Seen:
    """Count staff alarms of the last day that reached nobody, since the last one that did."""
    alarms = Announcement.objects.filter(topics__contains=[Topic.STAFF_ALARM.value], at__gt=now - A_DAY)
    deliveries = Delivery.objects.filter(announcement=OuterRef("pk"))
    arrived = Exists(deliveries.filter(state=DeliveryState.ACCEPTED))
    last = alarms.filter(arrived).order_by("-pk").values_list("pk", flat=True).first() or 0
    open_ones = Exists(deliveries.filter(state__in=(DeliveryState.PENDING, DeliveryState.ACCEPTED)))
    return _seen(Trouble.ALARM_FAILED, alarms.filter(~open_ones, pk__gt=last), "at")


def announcements_without_deliveries(after: int, now: datetime) -> QuerySet[Announcement]:
    """Return announcements after this key, settled for a while, that owe nobody anything and alarmed nobody."""
    deliveries = Delivery.objects.filter(announcement=OuterRef("pk"))
    settled = Announcement.objects.filter(pk__gt=after, at__lt=now - LATE, at__gt=now - A_DAY, nobody_for=[])
    return settled.filter(~Exists(deliveries)).order_by("pk")


def _seen(trouble: Trouble, rows: QuerySet[Any], since: str) -> Seen:
    found = rows.order_by().aggregate(count=Count("pk"), since=Min(F(since)))
    return Seen(trouble, found["count"], found["since"])
