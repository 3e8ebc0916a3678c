"""Announcing: what a verb calls, in its own transaction, to say whom it tells."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from liaison.catalog.vocabulary import Topic
from liaison.notifications import engine
from liaison.notifications.facts import Plan
from liaison.notifications.models import Announcement
from liaison.notifications.registry import Subject


def announce(topics: tuple[Topic, ...], subject: Subject, *, now: datetime) -> Announcement:
    """Plan who is told about `subject` under `topics`; keep plan, deliveries and messages here and now.

    NOTIFY wakes a worker after the commit; a verb that is rolled back leaves nothing. When a topic reaches
    nobody, the operator's administrators are told in the same transaction (R4). Raises RuntimeError outside a
    transaction, ValueError for a hypothetical subject, KeyError for a topic without a handler.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an announcement is kept in the transaction of the change that it tells of")
    if not subject.id:
        raise ValueError("a hypothetical subject can be previewed, not announced")
    outcome = engine.plan_for(topics, subject, now)
    announcement = engine.keep(outcome, topics, subject, now)
    engine.raise_alarm(announcement, outcome, now=now)
    return announcement


def preview(topics: tuple[Topic, ...], subject: Subject, now: datetime) -> Plan:
    """Return who would be told now, by the function whose answer `announce` stores (invariant 7)."""
    return engine.plan_for(topics, subject, now)
