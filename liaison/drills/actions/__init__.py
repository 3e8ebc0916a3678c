"""The verbs of this room. Each is one transaction: check, write, history, and whom it tells."""

from __future__ import annotations

from liaison.drills.actions.answering import answer_drill, answer_drill_by_link
from liaison.drills.actions.proving import confirm_test_message, reference_of, send_test_message
from liaison.drills.actions.running import end_drill, start_drill
from liaison.drills.actions.scheduling import change_drill_schedule

__all__ = [
    "answer_drill",
    "answer_drill_by_link",
    "change_drill_schedule",
    "confirm_test_message",
    "end_drill",
    "reference_of",
    "send_test_message",
    "start_drill",
]
