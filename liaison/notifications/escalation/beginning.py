"""Beginning escalations: in the transaction of the announcements whose plans climb a ladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.lib.bulk import insert_rows, next_ids
from liaison.lib.ids import new_public_id
from liaison.notifications.escalation.next_step import StepBecause
from liaison.notifications.facts import Climb, Plan
from liaison.notifications.models import Announcement, Escalation, EscalationState, EscalationStep

_ESCALATION: Final = (
    "id", "public_id", "announcement_id", "topic", "subject_kind", "subject_id",
    "account_id", "interval_seconds", "rounds", "started_at", "next_at",
)  # fmt: skip
_STEP: Final = ("escalation_id", "step", "because", "number", "round", "taken_at")


def begin_escalations(planned: Iterable[tuple[Announcement, Plan]], *, now: datetime) -> None:
    """Begin one escalation for each announcement that tells a step of a ladder with a pace. Four queries for all.

    Where the subject's escalation under the topic is still running, that one goes on and none begins.
    """
    wanted = [(announcement, plan.climbs[0]) for announcement, plan in planned if plan.climbs]
    if not wanted:
        return
    taken = _running({announcement.subject_id for announcement, _ in wanted})
    begun: list[tuple[Announcement, Climb]] = []
    for announcement, climb in wanted:
        place = (announcement.subject_kind, announcement.subject_id, str(climb.topic))
        if place not in taken:
            taken.add(place)
            begun.append((announcement, climb))
    if not begun:
        return
    keys = next_ids(Escalation, len(begun))
    insert_rows(Escalation, _ESCALATION, (_row(key, *one, now) for key, one in zip(keys, begun, strict=True)))
    first = (StepBecause.BEGAN.value, 1, 0, now)
    insert_rows(EscalationStep, _STEP, ((key, climb.step, *first) for key, (_, climb) in zip(keys, begun, strict=True)))


def _running(subject_ids: set[str]) -> set[tuple[str, str, str]]:
    rows = Escalation.objects.filter(state=EscalationState.RUNNING, subject_id__in=subject_ids)
    return set(rows.values_list("subject_kind", "subject_id", "topic"))


def _row(key: int, announcement: Announcement, climb: Climb, now: datetime) -> tuple[Any, ...]:
    return (
        key, new_public_id(), announcement.pk, climb.topic.value, announcement.subject_kind, announcement.subject_id,
        announcement.account_id, int(climb.pace.interval / timedelta(seconds=1)), climb.pace.rounds, now,
        now + climb.pace.interval,
    )  # fmt: skip
