"""The codes of this room."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

EXPECTATION: Final = "expectation"
"""What the room's own subjects are called in the history."""
OVERDUE: Final = "overdue"
"""The event in the facts of an announcement that an answer is overdue."""


class Expected(StrEnum):
    """What is expected; the words are made when they are read."""

    ANSWER = "answer"  # say that you have seen it, and when it will be solved
    FIX = "fix"  # solve the problem
    CHANGE = "change"  # change something on your side, for example an API version
    CONFIRM = "confirm"  # confirm that it is right again


class Answer(StrEnum):
    """What the partner said last; empty before the first answer."""

    SEEN = "seen"
    WORKING = "working"
    SOLVED = "solved"


class AnsweredVia(StrEnum):
    PAGE = "page"
    API = "api"
    LINK = "link"
    MAIL = "mail"
    ACKNOWLEDGED = "acknowledged"  # whoever acknowledges an emergency has seen it


class ClosedBecause(StrEnum):
    """Why nothing is expected any more."""

    SOLVED = "solved"  # the partner said so
    OVER = "over"  # the problem is over
    WITHDRAWN = "withdrawn"  # what it is about was taken back
    STAFF = "staff"  # staff closed it


class ExpectationCode(StrEnum):
    """Why an answer or a change is refused."""

    CLOSED = "expectation_closed"
    SAID_ALREADY = "expectation_said_already"
    UNKNOWN_ANSWER = "expectation_unknown_answer"
    ESTIMATE_NEEDED = "expectation_estimate_needed"
    ESTIMATE_PAST = "expectation_estimate_past"
    ESTIMATE_TOO_FAR = "expectation_estimate_too_far"
    NOTE_TOO_LONG = "expectation_note_too_long"
    NOTE_UNUSABLE = "expectation_note_unusable"
    UNKNOWN_EXPECTED = "expectation_unknown_expected"
    DUE_PAST = "expectation_due_past"
    DUE_TOO_FAR = "expectation_due_too_far"
    DUE_NEEDED = "expectation_due_needed"
    TOO_MANY = "expectation_too_many"
