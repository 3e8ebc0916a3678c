"""Announcing: what a verb calls, in its own transaction, to say whom it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from liaison.catalog.vocabulary import Topic
from liaison.notifications import engine
from liaison.notifications.escalation.beginning import begin_escalations
from liaison.notifications.facts import Plan
from liaison.notifications.models import Announcement
from liaison.notifications.registry import Subject


def announce(topics: tuple[Topic, ...], subject: Subject, *, now: datetime) -> Announcement:
    """Plan who is told about `subject` under `topics`; keep plan, deliveries and messages here and now.

    NOTIFY wakes a worker after the commit; a verb that is rolled back leaves nothing. When a topic reaches
    nobody, the operator's administrators are told in the same transaction (R4). Raises RuntimeError outside a
    transaction, ValueError for a hypothetical subject, KeyError for a topic without a handler.
    """
    (announcement,) = announce_each(topics, [subject], now=now)
    return announcement


def announce_to_anybody(topics: tuple[Topic, ...], subject: Subject, *, now: datetime) -> Announcement | None:
    """Announce as `announce` does where somebody stands in a place of the topics, told or not; else keep nothing.

    For what need not be told where nobody wants to hear of it: then nothing of it is missing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an announcement is kept in the transaction of the change that it tells of")
    outcome = engine.plan_for(topics, subject, now)
    if not outcome.told and not outcome.not_told:
        return None
    (announcement,) = engine.keep_each(topics, [subject], [outcome], now)
    begin_escalations([(announcement, outcome)], now=now)
    engine.raise_alarms([announcement], [outcome], now=now)
    return announcement


def announce_each(topics: tuple[Topic, ...], subjects: Sequence[Subject], *, now: datetime) -> list[Announcement]:
    """Announce each of the subjects, as `announce` would, in as few statements as one of them takes.

    Subjects of one audience are planned once (`TopicHandler.audiences`). When they reach nobody, one staff alarm
    names the first of them and their number.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an announcement is kept in the transaction of the change that it tells of")
    if not all(subject.id for subject in subjects):
        raise ValueError("a hypothetical subject can be previewed, not announced")
    if not subjects:
        return []
    plans = engine.plan_each(topics, subjects, now)
    announcements = engine.keep_each(topics, subjects, plans, now)
    begin_escalations(zip(announcements, plans, strict=True), now=now)
    engine.raise_alarms(announcements, plans, now=now)
    return announcements


def preview(topics: tuple[Topic, ...], subject: Subject, now: datetime) -> Plan:
    """Return who would be told now, by the function whose answer `announce` stores (invariant 7)."""
    return engine.plan_for(topics, subject, now)
