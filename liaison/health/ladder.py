"""An escalation as people see it: the steps taken with what became of them, who has it, and who is called next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.notifications.escalation.next_step import StepBecause
from liaison.notifications.escalation.state import Standing, pace_of, standing_of
from liaison.notifications.facts import Planned, Withheld
from liaison.notifications.models import NOBODY_HAS_IT, DeliveryState, Escalation, EscalationState
from liaison.notifications.queries import DeliveryLine, announcement
from liaison.notifications.recipients import shown_address
from liaison.notifications.wording import channel_label, reason_label, state_reason_label

BECAUSE: Final[dict[StepBecause, Promise]] = {
    StepBecause.BEGAN: gettext_lazy("It began."),
    StepBecause.NOBODY_ANSWERED: gettext_lazy("Nobody had answered."),
    StepBecause.NOBODY_REACHED: gettext_lazy("Nobody before could be reached."),
}


@dataclass(frozen=True)
class Reader:
    """Who looks: whether they may see addresses, and whether they are of the operator."""

    addresses: bool
    staff: bool


@dataclass(frozen=True)
class CalledRow:
    """One person called on one channel; `state` is a key of `web.states`, `why` says why nothing arrived."""

    name: str
    channel: str
    channel_key: str
    places: tuple[str, ...]
    state: str
    why: str


@dataclass(frozen=True)
class StepRow:
    """One step that was taken. `is_last` while the escalation runs: these people have the word now."""

    number: int
    round: int
    at: datetime
    because: str
    people: tuple[CalledRow, ...]
    is_last: bool


@dataclass(frozen=True)
class NextRow:
    """One step to come: who would be called, and when, if nobody answers."""

    names: tuple[str, ...]
    at: datetime
    is_new_round: bool = False


@dataclass(frozen=True)
class Ladder:
    """Everything a page shows of an escalation. `has_it` is a name, empty while nobody has it.

    `exhausted_at` is when the staff are alarmed if nobody answers until then, None where others are called first.
    """

    public_id: str
    state: str
    steps: tuple[StepRow, ...]
    upcoming: tuple[NextRow, ...]
    exhausted_at: datetime | None
    has_it: str
    ended_at: datetime | None
    rounds: int
    minutes: int

    @property
    def is_running(self) -> bool:
        return self.state == EscalationState.RUNNING

    @property
    def can_be_taken(self) -> bool:
        return self.state in NOBODY_HAS_IT


def ladder_of(escalation: Escalation, reader: Reader, *, now: datetime) -> Ladder:
    """Return the picture of an escalation. The plan behind `upcoming` is the one that is carried out."""
    is_running = escalation.state == EscalationState.RUNNING
    upcoming, exhausted_at = _upcoming(escalation, reader, now) if is_running else ((), None)
    return Ladder(
        public_id=escalation.public_id,
        state=escalation.state,
        steps=_steps(escalation, reader),
        upcoming=upcoming,
        exhausted_at=exhausted_at,
        has_it=who_has_it(escalation, reader),
        ended_at=escalation.ended_at,
        rounds=escalation.rounds,
        minutes=escalation.interval_seconds // 60,
    )


def who_has_it(escalation: Escalation, reader: Reader) -> str:
    """Return who acknowledged: the name that was typed, the user's, or that of the address whose link was used."""
    if escalation.state != EscalationState.ACKNOWLEDGED:
        return ""
    by, through = escalation.acknowledged_by, escalation.acknowledged_through
    through_name = "" if through is None else through.name or (through.address if reader.addresses else "")
    named = escalation.acknowledged_name or (str(getattr(by, "name", "")) if by is not None else "")
    return named or through_name or _("Somebody without a name")


def _steps(escalation: Escalation, reader: Reader) -> tuple[StepRow, ...]:
    line = announcement(escalation.announcement.public_id)
    deliveries = () if line is None else line.deliveries
    steps = list(escalation.steps.order_by("number"))
    return tuple(
        StepRow(
            number=step.number,
            round=step.round + 1,
            at=step.taken_at,
            because=str(BECAUSE[StepBecause(step.because)]),
            people=tuple(
                _called(one, escalation.topic, reader)
                for one in deliveries
                if (one.step, one.round, one.due_at) == (step.step, step.round, step.taken_at)
                and one.state is not DeliveryState.SUPPRESSED
            ),
            is_last=step is steps[-1] and escalation.state == EscalationState.RUNNING,
        )
        for step in steps
    )


def _called(line: DeliveryLine, topic: str, reader: Reader) -> CalledRow:
    address = shown_address(line.address, line.because, addresses=reader.addresses, staff=reader.staff)
    counting = [because for because in line.because if because.withheld is None and because.topic == topic]
    return CalledRow(
        name=line.name or address or _("Without a name"),
        channel=channel_label(line.channel),
        channel_key=line.channel,
        places=tuple(dict.fromkeys(reason_label(because.reason) for because in counting)),
        state="delivered" if line.shown_state == DeliveryState.ACCEPTED else line.shown_state,
        why=state_reason_label(line.state_reason),
    )


def _upcoming(escalation: Escalation, reader: Reader, now: datetime) -> tuple[tuple[NextRow, ...], datetime | None]:
    """Return who comes next in this round, else who begins the next one, else when the staff are alarmed."""
    standing, next_at = standing_of(escalation, now), max(escalation.next_at or now, now)
    if standing.ladder.left is not None:
        return _rows(standing, next_at, now, reader), None
    is_last_round = standing.history.taken[-1].round + 1 >= pace_of(escalation).rounds
    if is_last_round or standing.ladder.first is None:
        return (), next_at
    first = [planned for planned in standing.anew.told if planned.step == standing.ladder.first]
    return (NextRow(_names(first, reader), next_at, is_new_round=True),), None


def _rows(standing: Standing, next_at: datetime, now: datetime, reader: Reader) -> tuple[NextRow, ...]:
    later = [planned for planned in standing.left.not_told if planned.withheld is Withheld.LATER_STEP]
    by_step: dict[int, list[Planned]] = {}
    for planned in (*standing.left.told, *later):
        by_step.setdefault(planned.step, []).append(planned)
    return tuple(
        NextRow(_names(people, reader), next_at + (people[0].at - now)) for _step, people in sorted(by_step.items())
    )


def _names(people: Iterable[Planned], reader: Reader) -> tuple[str, ...]:
    names = (
        one.person.name
        or shown_address(one.person.address, one.because, addresses=reader.addresses, staff=reader.staff)
        or _("Without a name")
        for one in people
    )
    return tuple(dict.fromkeys(names))
