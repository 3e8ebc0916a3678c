"""Beginning escalations: in the transaction of the announcements whose plans climb a ladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from liaison.notifications.escalation.next_step import StepBecause
from liaison.notifications.facts import Climb, Plan
from liaison.notifications.models import Announcement, Escalation, EscalationState, EscalationStep


def begin_escalations(planned: Iterable[tuple[Announcement, Plan]], *, now: datetime) -> None:
    """Begin one escalation for each announcement that tells a step of a ladder with a pace. Three queries for all.

    Where the subject's escalation under the topic is still running, that one goes on and none begins.
    """
    wanted = [(announcement, plan.climbs[0]) for announcement, plan in planned if plan.climbs]
    if not wanted:
        return
    taken = _running({announcement.subject_id for announcement, _ in wanted})
    begun: list[tuple[Escalation, Climb]] = []
    for announcement, climb in wanted:
        place = (announcement.subject_kind, announcement.subject_id, str(climb.topic))
        if place not in taken:
            taken.add(place)
            begun.append((_escalation(announcement, climb, now), climb))
    Escalation.objects.bulk_create(escalation for escalation, _ in begun)
    EscalationStep.objects.bulk_create(
        EscalationStep(
            escalation=escalation, number=1, round=0, step=climb.step, taken_at=now, because=StepBecause.BEGAN
        )
        for escalation, climb in begun
    )


def _running(subject_ids: set[str]) -> set[tuple[str, str, str]]:
    rows = Escalation.objects.filter(state=EscalationState.RUNNING, subject_id__in=subject_ids)
    return set(rows.values_list("subject_kind", "subject_id", "topic"))


def _escalation(announcement: Announcement, climb: Climb, now: datetime) -> Escalation:
    return Escalation(
        announcement=announcement,
        topic=climb.topic,
        subject_kind=announcement.subject_kind,
        subject_id=announcement.subject_id,
        account_id=announcement.account_id,
        interval_seconds=int(climb.pace.interval / timedelta(seconds=1)),
        rounds=climb.pace.rounds,
        started_at=now,
        next_at=now + climb.pace.interval,
    )
