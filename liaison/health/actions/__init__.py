"""The verbs of this room: taking in what senders report, and people's work on incidents."""

from __future__ import annotations

from liaison.health.actions.enqueuing import Enqueued, receive_event
from liaison.health.actions.marking import set_mark, set_mark_by_key
from liaison.health.actions.receiving import Received, receive_alerts
from liaison.health.actions.working import comment_incident, give_incident, write_note

__all__ = [
    "Enqueued",
    "Received",
    "comment_incident",
    "give_incident",
    "receive_alerts",
    "receive_event",
    "set_mark",
    "set_mark_by_key",
    "write_note",
]
