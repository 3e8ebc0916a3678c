"""Announcing: what a verb calls, in its own transaction, to say whom it tells."""

from __future__ import annotations

from datetime import datetime

from liaison.catalog.vocabulary import Topic
from liaison.notifications.models import Announcement
from liaison.notifications.registry import Subject


def announce(topics: tuple[Topic, ...], subject: Subject, *, now: datetime) -> Announcement:
    """Plan who is told about `subject` under `topics` and keep plan, deliveries and messages in this transaction.

    The engine (a colleague is writing the body right now) calls `gather` of each topic's handler, `plan`, and
    stores the outcome; NOTIFY wakes the worker after the commit.
    """
    raise NotImplementedError
