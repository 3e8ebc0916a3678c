"""The sentences for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.health.vocabulary import AlertCode, EventCode, IncidentCode, PreviewCode, ShapeCode
from liaison.notifications.escalation.vocabulary import EscalationCode

WORDS: Mapping[StrEnum, Promise] = {
    AlertCode.WRONG_SHAPE: _(
        "The body is JSON, but not what Alertmanager sends in version 4 of its webhook. Nothing was stored."
    ),
    IncidentCode.COMMENT_EMPTY: _("Write something first."),
    IncidentCode.COMMENT_TOO_LONG: _("A comment must not be longer than %(most)s characters."),
    IncidentCode.NOTE_TOO_LONG: _("The note must not be longer than %(most)s characters."),
    IncidentCode.NOT_OVER: _("The note is written when the incident is over."),
    IncidentCode.UNKNOWN_OWNER: _("Choose somebody who sees this incident and may work on it."),
    IncidentCode.MARK_TITLE: _("Say what was changed, in 1 to %(most)s characters."),
    IncidentCode.MARK_LINK: _(
        "Enter the address of a page that begins with https:// or http://, of at most %(most)s characters."
    ),
    IncidentCode.MARK_IN_THE_FUTURE: _("A mark says what was changed already: the moment cannot be in the future."),
    EventCode.BROKEN_JSON: _("The body is not JSON in UTF-8."),
    EventCode.NOT_AN_OBJECT: _("The body must be a JSON object."),
    EventCode.INVALID: _("The event is not valid. Nothing was stored."),
    EventCode.MISSING: _("%(field)s is missing, blank, or not of the right kind."),
    EventCode.UNKNOWN_ACTION: _("%(field)s must be trigger, acknowledge or resolve."),
    EventCode.UNKNOWN_SEVERITY: _("%(field)s must be critical, error, warning or info."),
    EventCode.KEY_TOO_LONG: _("%(field)s must not be longer than 255 characters."),
    EventCode.UNKNOWN_ROUTING_KEY: _("%(field)s must be an intake key that exists and was not revoked."),
    ShapeCode.EXPECTED_OBJECT: _("This must be an object."),
    ShapeCode.EXPECTED_LIST: _("This must be a list."),
    ShapeCode.EXPECTED_TEXT: _("This must be a text."),
    ShapeCode.EXPECTED_MOMENT: _("This must be a moment with its zone, for example 2026-11-05T14:05:00Z."),
    ShapeCode.EXPECTED_STATUS: _("This must be firing or resolved."),
    ShapeCode.EXPECTED_VERSION: _("Only version 4 is understood."),
    ShapeCode.EXPECTED_KEY: _("This must be 1 to 255 visible ASCII characters."),
    ShapeCode.EMPTY: _("There must be at least one alert."),
    ShapeCode.MISSING: _("This is missing."),
    EscalationCode.OVER: _("The problem is over: nobody need take it any more."),
    EscalationCode.NONE: _("Nobody was called about this problem, so there is nothing to acknowledge."),
    EscalationCode.NAME_TOO_LONG: _("The name must not be longer than %(most)s characters."),
    EscalationCode.TOO_MANY: _("Too many tries from your network. Wait ten minutes, or sign in to acknowledge."),
    PreviewCode.UNKNOWN_ZONE: _("There is no such time zone."),
    PreviewCode.UNKNOWN_MOMENT: _("Enter a date and a time, for example 2026-11-05 14:05."),
    PreviewCode.UNKNOWN_TOPIC: _("Choose one of the topics offered."),
    PreviewCode.UNKNOWN_INTEGRATION: _("The account has no such integration."),
    PreviewCode.UNKNOWN_ENVIRONMENT: _("Choose the sandbox or the production environment."),
}
