"""Climbing: the next step of an escalation, taken in one transaction with its row locked."""

from __future__ import annotations

import logging
from datetime import datetime
from time import monotonic
from typing import Final

from django.db import InterfaceError, OperationalError, transaction

from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.notifications import engine
from liaison.notifications.escalation.next_step import Move, Stop, Take, Wait, next_step
from liaison.notifications.escalation.state import Standing, pace_of, standing_of
from liaison.notifications.escalation.telling import BY_ITSELF, ESCALATION_SUBJECT, ref_of
from liaison.notifications.facts import Plan, Planned, Way
from liaison.notifications.models import (
    Announcement,
    Delivery,
    DeliveryState,
    Escalation,
    EscalationState,
    EscalationStep,
)
from liaison.notifications.plan import destination_of
from liaison.notifications.registry import Subject

MOST_AT_ONCE: Final = 1000
LONGEST_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


def climb_due(now: datetime) -> int:
    """Advance every escalation whose moment has come, the longest due first; return how many moved. For the ticker.

    One that breaks is logged, stays due, and stops no other. After some seconds the rest waits for the next tick.
    """
    due = Escalation.objects.filter(state=EscalationState.RUNNING, next_at__lte=now).order_by("next_at", "pk")
    end = monotonic() + LONGEST_SECONDS
    moved = 0
    for escalation in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        if monotonic() > end:
            break
        try:
            moved += isinstance(advance_escalation(escalation, now=now), Take | Stop)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Escalation %s could not go on; it stays due.", escalation)
    return moved


def advance_escalation(escalation_id: int, *, now: datetime, waits: bool = False) -> Move | None:
    """Do what the escalation's history asks for at `now`; at most one step. Return the move, None where there is none.

    An escalation that somebody else has in hand is left to them, unless `waits`. Taking a step stores its
    deliveries, the step and the next moment together: a crash leaves all of it or nothing.
    """
    with transaction.atomic():
        rows = Escalation.objects.select_for_update(skip_locked=not waits, of=("self",)).select_related("announcement")
        escalation = rows.filter(pk=escalation_id, state=EscalationState.RUNNING).first()
        if escalation is None:
            return None
        standing = standing_of(escalation, now)
        move = next_step(standing.history, pace_of(escalation), standing.ladder, now)
        if standing.reached_nobody:
            _alarm_that_nobody_is_reached(escalation, now)
        if isinstance(move, Take):
            _take(escalation, standing, move, now)
        elif isinstance(move, Wait):
            escalation.next_at = move.until
            escalation.save(update_fields=["next_at"])
        elif isinstance(move, Stop):
            _exhaust(escalation, standing, now)
    return move


def _take(escalation: Escalation, standing: Standing, move: Take, now: datetime) -> None:
    people = standing.people_of(move.round, move.step)
    _make_way(escalation, people, move)
    engine.store_deliveries(escalation.announcement, people, now=now, round_number=move.round)
    EscalationStep.objects.create(
        escalation=escalation,
        number=len(standing.history.taken) + 1,
        round=move.round,
        step=move.step,
        taken_at=now,
        because=move.because,
    )
    escalation.next_at = now + pace_of(escalation).interval
    escalation.save(update_fields=["next_at"])
    _record(Happened.ESCALATION_STEP_TAKEN, escalation, now, step=move.step, round=move.round, because=move.because)


def _make_way(escalation: Escalation, people: tuple[Planned, ...], move: Take) -> None:
    """Remove the rows that said of these people "later": what becomes of them now has rows of its own."""
    Delivery.objects.filter(
        announcement=escalation.announcement_id,
        state=DeliveryState.SUPPRESSED,
        step=move.step,
        round=move.round,
        destination__in=[destination_of(one.person, Way(one.channel, one.address)) for one in people],
    ).delete()


def _exhaust(escalation: Escalation, standing: Standing, now: datetime) -> None:
    """End it: everybody was called in every round. The staff are alarmed, if the topic alarms them.

    "I have it" still counts.
    """
    escalation.state, escalation.next_at, escalation.ended_at = EscalationState.EXHAUSTED, None, now
    escalation.save(update_fields=["state", "next_at", "ended_at"])
    steps = len(standing.history.taken)
    _record(Happened.ESCALATION_EXHAUSTED, escalation, now, steps=steps)
    if not loader.topics()[Topic(escalation.topic)].alarms:
        return
    alarm = Subject(
        kind=ESCALATION_SUBJECT,
        id=escalation.public_id,
        account_id=escalation.account_id,
        facts={"topics": [escalation.topic], "steps": steps, "rounds": escalation.rounds},
    )
    planned = engine.plan_for((Topic.STAFF_ALARM,), alarm, now)
    (kept,) = engine.keep_each((Topic.STAFF_ALARM,), [alarm], [planned], now)
    engine.raise_alarm(kept, planned, now=now)


def _alarm_that_nobody_is_reached(escalation: Escalation, now: datetime) -> None:
    """Alarm the staff at once when every message of a whole round failed (R4), once; the escalation goes on."""
    announcement = Announcement.objects.select_for_update(no_key=True).get(pk=escalation.announcement_id)
    if escalation.topic in announcement.nobody_for:
        return
    announcement.nobody_for = [*announcement.nobody_for, escalation.topic]
    announcement.save(update_fields=["nobody_for"])
    outcome = Plan((), (), nobody=(Topic(escalation.topic),))
    engine.raise_alarm(announcement, outcome, now=now)


def _record(happened: Happened, escalation: Escalation, now: datetime, **facts: str | int) -> None:
    about = {"subject_kind": escalation.subject_kind, "subject_id": escalation.subject_id}
    record(
        happened,
        actor=BY_ITSELF,
        subject=ref_of(escalation),
        account_id=escalation.account_id,
        facts={**about, **facts},
        now=now,
    )
