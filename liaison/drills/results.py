"""What a drill shows: for each person and channel when they were told, when it arrived, and when they answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Prefetch

from liaison.drills.models import Drill, DrillAnswer
from liaison.drills.vocabulary import Outcome
from liaison.notifications.endpoints import endpoint_names
from liaison.notifications.facts import Channel
from liaison.notifications.models import Attempt, Delivery, DeliveryState
from liaison.notifications.wording import attempt_label, channel_label, reason_label, state_reason_label

_ERASED: Final = "erased"
_COMPARED: Final = 12


@dataclass(frozen=True)
class ChannelLine:
    """What became of one delivery. `state` is a key of `web.states`; `words` are the receiving server's own."""

    channel: str
    channel_key: str
    address: str
    state: str
    told_at: datetime
    accepted_at: datetime | None
    why: str
    words: str
    delivery: int


@dataclass(frozen=True)
class PersonTimes:
    """One person who was told: on which ways, and how long until the answer (None: there was none)."""

    key: str
    name: str
    places: tuple[str, ...]
    lines: tuple[ChannelLine, ...]
    answered_at: datetime | None
    answered_by: str
    before: timedelta | None = None  # in the drill before this one

    @property
    def told_at(self) -> datetime:
        return min(line.told_at for line in self.lines)

    @property
    def took(self) -> timedelta | None:
        return None if self.answered_at is None else self.answered_at - self.told_at


@dataclass(frozen=True)
class Summary:
    """A drill in one line. `first` and `last` are the shortest and the longest time until an answer."""

    drill: Drill
    told: int
    answered: int
    first: timedelta | None
    last: timedelta | None


@dataclass(frozen=True)
class Results:
    """Everything a page shows of a drill; `before` is the drill of the same field that ended before it."""

    summary: Summary
    people: tuple[PersonTimes, ...]
    before: Summary | None


def results_of(drill: Drill) -> Results:
    """Return the results of a drill, compared with the one before it. A fixed number of queries."""
    before = _before(drill)
    known = {} if before is None else {one.key: one.took for one in _people(before)}
    people = tuple(_with_before(one, known) for one in _people(drill))
    return Results(_summary(drill, people), people, None if before is None else _summary(before, _people(before)))


def summaries_of(drills: Sequence[Drill]) -> tuple[Summary, ...]:
    """Return one line for each of the drills, in their order. Three queries for all."""
    people = _people_of_each(drills)
    return tuple(_summary(drill, people[drill.pk]) for drill in drills)


def history_of(drill: Drill) -> tuple[Summary, ...]:
    """Return the drills of the same field that ran until this one, the oldest first, a dozen at most."""
    same = Drill.objects.filter(account=drill.account_id, field=drill.field, pk__lte=drill.pk)
    found = list(same.exclude(started_at=None).order_by("-pk")[:_COMPARED])
    return summaries_of(found[::-1])


def people_told(drill: Drill) -> tuple[PersonTimes, ...]:
    """Return everybody whom the drill told, with their times."""
    return _people(drill)


def clock(took: timedelta) -> str:
    """Return a time as it is read on a stop watch: 0:07, 12:30, 1:02:05."""
    seconds = max(round(took / timedelta(seconds=1)), 0)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def lines_of(deliveries: Iterable[Delivery]) -> tuple[ChannelLine, ...]:
    """Return deliveries, read with their messages and attempts, in words. One query where there are endpoints."""
    found = list(deliveries)
    names = endpoint_names(one.address for one in found if one.channel != Channel.EMAIL)
    return tuple(_line(one, names[one.address].label if one.address in names else one.address) for one in found)


def sent_deliveries(announcements: Iterable[int | None]) -> list[Delivery]:
    """Return what was sent or is to be sent of these announcements, in order. Two queries."""
    attempts = Prefetch("message__attempts", Attempt.objects.order_by("number"))
    rows = Delivery.objects.filter(announcement__in=[key for key in announcements if key is not None])
    rows = rows.exclude(state=DeliveryState.SUPPRESSED).select_related("message").defer("message__sent_bytes")
    return list(rows.prefetch_related(attempts).order_by("pk"))


def _people(drill: Drill) -> tuple[PersonTimes, ...]:
    return _people_of_each([drill])[drill.pk]


def _people_of_each(drills: Sequence[Drill]) -> dict[int, tuple[PersonTimes, ...]]:
    deliveries = sent_deliveries(drill.announcement_id for drill in drills)
    of_drill: dict[int, list[Delivery]] = {}
    for one in deliveries:
        of_drill.setdefault(one.announcement_id, []).append(one)
    answers = DrillAnswer.objects.filter(drill__in=[drill.pk for drill in drills]).select_related("identity")
    by_delivery = {one.delivery_id: one for one in answers}
    return {drill.pk: tuple(_grouped(of_drill.get(drill.announcement_id or 0, ()), by_delivery)) for drill in drills}


def _grouped(deliveries: Iterable[Delivery], answers: Mapping[int, DrillAnswer]) -> Iterable[PersonTimes]:
    groups: dict[str, list[Delivery]] = {}
    for one in deliveries:
        erased = one.recipient_key == _ERASED
        groups.setdefault(one.destination if erased else one.recipient_key, []).append(one)
    for key, group in groups.items():
        answer = next((answers[one.pk] for one in group if one.pk in answers), None)
        reasons = [reason["reason"] for one in group for reason in one.reasons if reason["withheld"] is None]
        yield PersonTimes(
            key=key,
            name=group[0].name or (group[0].address if "@" in group[0].address else ""),
            places=tuple(dict.fromkeys(reason_label(reason) for reason in reasons)),
            lines=lines_of(group),
            answered_at=None if answer is None else answer.at,
            answered_by="" if answer is None else answer.name or str(getattr(answer.identity, "name", "") or ""),
        )


def _line(one: Delivery, address: str) -> ChannelLine:
    accepted = one.state == DeliveryState.ACCEPTED
    is_open = one.state == DeliveryState.PENDING
    message = one.message
    shown = message.state if is_open and message is not None else one.state
    attempts = [] if message is None else list(message.attempts.all())
    last = attempts[-1] if attempts else None
    return ChannelLine(
        channel=channel_label(one.channel),
        channel_key=one.channel,
        address=address,
        state="delivered" if accepted else str(shown),
        told_at=one.due_at,
        accepted_at=one.finished_at if accepted else None,
        why=state_reason_label(one.state_reason) or ("" if last is None else attempt_label(last.outcome)),
        words="" if last is None else last.detail,
        delivery=one.pk,
    )


def _summary(drill: Drill, people: Sequence[PersonTimes]) -> Summary:
    times = sorted(one.took for one in people if one.took is not None)
    return Summary(drill, len(people), len(times), times[0] if times else None, times[-1] if times else None)


def _before(drill: Drill) -> Drill | None:
    same = Drill.objects.filter(account=drill.account_id, field=drill.field, pk__lt=drill.pk)
    return same.exclude(outcome__in=(Outcome.MISSED, Outcome.NOBODY, "")).order_by("-pk").first()


def _with_before(one: PersonTimes, known: Mapping[str, timedelta | None]) -> PersonTimes:
    return PersonTimes(one.key, one.name, one.places, one.lines, one.answered_at, one.answered_by, known.get(one.key))
