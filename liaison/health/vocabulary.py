"""The codes of this room: why a posted event is refused, and what an announcement about a problem says."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from liaison.catalog.vocabulary import Topic


class AlertCode(StrEnum):
    """Why a payload of alerts as a whole is not taken, besides what holds for every sender (`IntakeCode`)."""

    WRONG_SHAPE = "intake_wrong_shape"


class IncidentCode(StrEnum):
    """Why people's work on an incident, or a mark, is refused."""

    COMMENT_EMPTY = "incident_comment_empty"
    COMMENT_TOO_LONG = "incident_comment_too_long"
    NOTE_TOO_LONG = "incident_note_too_long"
    NOT_OVER = "incident_not_over"
    UNKNOWN_OWNER = "incident_unknown_owner"
    MARK_TITLE = "mark_title"
    MARK_LINK = "mark_link"
    MARK_IN_THE_FUTURE = "mark_in_the_future"


class EventCode(StrEnum):
    """What is wrong with an event of the Events API v2."""

    BROKEN_JSON = "event_broken_json"
    NOT_AN_OBJECT = "event_not_an_object"
    INVALID = "event_invalid"
    MISSING = "event_missing"
    UNKNOWN_ACTION = "event_unknown_action"
    UNKNOWN_SEVERITY = "event_unknown_severity"
    KEY_TOO_LONG = "event_key_too_long"
    UNKNOWN_ROUTING_KEY = "event_unknown_routing_key"


class ShapeCode(StrEnum):
    """What is wrong at one place of a body that is JSON."""

    EXPECTED_OBJECT = "shape_expected_object"
    EXPECTED_LIST = "shape_expected_list"
    EXPECTED_TEXT = "shape_expected_text"
    EXPECTED_MOMENT = "shape_expected_moment"
    EXPECTED_STATUS = "shape_expected_status"
    EXPECTED_VERSION = "shape_expected_version"
    EXPECTED_KEY = "shape_expected_key"
    EMPTY = "shape_empty"
    MISSING = "shape_missing"


RAISED_BY_STAFF: Final = (Topic.TECHNICAL_NOTICE, Topic.MERCHANT_ISSUE, Topic.USER_ESCALATION)
"""Topics about an account as a whole, whatever the integration (section R): they can be asked about here as well."""


class PreviewCode(StrEnum):
    """What is wrong with a question "who would be told"."""

    UNKNOWN_ZONE = "preview_unknown_zone"
    UNKNOWN_MOMENT = "preview_unknown_moment"
    UNKNOWN_TOPIC = "preview_unknown_topic"
    UNKNOWN_INTEGRATION = "preview_unknown_integration"
    UNKNOWN_ENVIRONMENT = "preview_unknown_environment"


class IncidentSource(StrEnum):
    """Who reports a problem."""

    ALERTMANAGER = "alertmanager"
    EVENTS = "events"  # the Events API v2 (`/v2/enqueue`)
    RULES = "rules"  # our own


class IncidentEvent(StrEnum):
    """What an announcement about an incident says; kept in its facts."""

    OPENED = "opened"
    REOPENED = "reopened"
    WORSENED = "worsened"  # its severity rose: it became an emergency
    FOUND_MORE = "found_more"  # another rule found something about the same problem
    DISABLED = "disabled"  # the integration was disabled because of it
    STILL_THERE = "still_there"  # it began during a pause, which is over
    OVERDUE = "overdue"  # the partner's answer is overdue (S7)
    RESOLVED = "resolved"
    ACKNOWLEDGED = "acknowledged"


class SubjectKind(StrEnum):
    """What the topics of this room can be about."""

    INCIDENT = "incident"
    INTEGRATION = "integration"
    ENVIRONMENT = "environment"
