"""An escalation as the pure function sees it: its history, and where on the ladder somebody can be reached now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from liaison.catalog.vocabulary import Topic
from liaison.notifications import engine
from liaison.notifications.escalation.next_step import History, Ladder, Taken
from liaison.notifications.facts import Pace, Plan, Planned
from liaison.notifications.models import Delivery, DeliveryState, Escalation, EscalationState
from liaison.notifications.rows import counting_topics, subject_of

Destinations = frozenset[tuple[str, str]]
REACHED = frozenset({DeliveryState.PENDING, DeliveryState.ACCEPTED})


@dataclass(frozen=True)
class Standing:
    """`left` is the plan of who was not yet tried in this round, `anew` that of a new round, made when asked for."""

    history: History
    left: Plan
    plan_anew: Callable[[], Plan]

    @cached_property
    def anew(self) -> Plan:
        return self.plan_anew()

    @property
    def ladder(self) -> Ladder:
        """Return where somebody can be reached. While somebody is left in this round, a new one is no question."""
        left = _lowest(self.left)
        return Ladder(left, _lowest(self.anew) if left is None else left)

    @property
    def reached_nobody(self) -> bool:
        """Say whether the round is over and nobody of the whole ladder could be reached in it."""
        return self.history.is_in_vain and _lowest(self.left) is None

    def people_of(self, round_number: int, step: int) -> tuple[Planned, ...]:
        """Return who is told when this step is taken in this round."""
        plan = self.left if self.history.taken and round_number == self.history.taken[-1].round else self.anew
        return tuple(planned for planned in plan.told if planned.step == step)


def pace_of(escalation: Escalation) -> Pace:
    return Pace(timedelta(seconds=escalation.interval_seconds), escalation.rounds)


def standing_of(escalation: Escalation, now: datetime) -> Standing:
    """Read the history and plan again, by the function that planned the first step. Writes nothing."""
    steps = escalation.steps.order_by("number").values_list("round", "step", "taken_at")
    taken = tuple(Taken(*step) for step in steps)
    of_steps = [(one, _step_of(one, taken)) for one in _deliveries(escalation)]
    this_round = [one for one, step in of_steps if step and step.round == taken[-1].round]
    last = [one for one, step in of_steps if step and step == taken[-1]]
    state = EscalationState(escalation.state)
    history = History(
        taken=taken,
        ended=None if state is EscalationState.RUNNING else state,
        is_in_vain=bool(last) and all(one.state not in REACHED for one in last),
    )
    tried = frozenset((one.channel, one.destination) for one in this_round)
    topic, subject = Topic(escalation.topic), subject_of(escalation.announcement)
    left = engine.plan_for((topic,), subject, now, unreachable=tried)
    return Standing(history, left, lambda: engine.plan_for((topic,), subject, now))


def _deliveries(escalation: Escalation) -> list[Delivery]:
    """Return what was owed to people of the ladder because they stand there."""
    rows = Delivery.objects.filter(announcement=escalation.announcement_id, step__gt=0)
    return [
        one for one in rows.exclude(state=DeliveryState.SUPPRESSED) if Topic(escalation.topic) in counting_topics(one)
    ]


def _step_of(delivery: Delivery, taken: tuple[Taken, ...]) -> Taken | None:
    """Return the step that called this person; known by its moment too, for another may stand on it later."""
    place = Taken(delivery.round, delivery.step, delivery.due_at)
    return place if place in taken else None


def _lowest(plan: Plan) -> int | None:
    return min((planned.step for planned in plan.told if planned.step > 0), default=None)
