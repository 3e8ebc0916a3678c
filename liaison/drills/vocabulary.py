"""The words of this room that code names: kinds of subjects, events, outcomes, and why something is refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from liaison.catalog.vocabulary import ContactField
from liaison.notifications.facts import Reason


class SubjectKind(StrEnum):
    """What an announcement of this room is about."""

    DRILL = "drill"
    SCHEDULE = "drill_schedule"
    TEST = "test_message"


class DrillEvent(StrEnum):
    """What people are told: the end of the type in webhooks, `drill.<event>`."""

    STARTED = "started"
    ACKNOWLEDGED = "acknowledged"  # the engine's own word for "somebody has it"
    ANNOUNCED = "announced"
    ENDED = "ended"
    TEST = "test"


class Outcome(StrEnum):
    """How a drill ended."""

    ANSWERED = "answered"  # as it should be: everybody asked, or in reality's way the first
    PARTLY = "partly"  # some of those who were asked
    UNANSWERED = "unanswered"
    NOBODY = "nobody"  # nobody stood there who could be told
    STOPPED = "stopped"  # somebody ended it
    INTERRUPTED = "interrupted"  # a real emergency began
    MISSED = "missed"  # its moment passed while nothing could start it


class MovedBecause(StrEnum):
    """Why a scheduled drill does not start at its own moment."""

    EMERGENCY = "emergency"  # a real emergency waits for an answer
    DRILL = "drill"  # another drill runs
    HOURS = "hours"  # the support hours changed


class DrillCode(StrEnum):
    """`wording.py` has the sentences."""

    RUNS_ALREADY = "drill_runs_already"
    EMERGENCY_RUNS = "drill_emergency_runs"
    NOBODY_TO_TELL = "drill_nobody_to_tell"
    IS_OVER = "drill_is_over"
    NOT_TOLD = "drill_not_told"
    UNKNOWN_FIELD = "drill_unknown_field"
    UNKNOWN_ZONE = "drill_unknown_zone"
    OUT_OF_RANGE = "drill_out_of_range"
    TOO_MANY_ANSWERS = "drill_too_many_answers"
    UNKNOWN_CONTACT = "test_unknown_contact"
    UNKNOWN_WAY = "test_unknown_way"
    HAS_DECLINED = "test_has_declined"
    TOO_MANY_TESTS = "test_too_many"


DRILL_FIELDS: Final[dict[ContactField, Reason]] = {
    ContactField.ALERT: Reason.ALERT_CONTACT,
    ContactField.EMERGENCY: Reason.EMERGENCY_CONTACT,
    ContactField.NON_EMERGENCY: Reason.NON_EMERGENCY_CONTACT,
    ContactField.MERCHANT: Reason.MERCHANT_CONTACT,
    ContactField.OPERATOR: Reason.OPERATOR_CONTACT,
}
"""The fields that can be drilled, and the place in which people of a field stand."""
