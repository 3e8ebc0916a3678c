"""The sentences for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.health.vocabulary import IntakeCode, PreviewCode, ShapeCode
from liaison.notifications.escalation.vocabulary import EscalationCode

WORDS: Mapping[StrEnum, Promise] = {
    IntakeCode.KEY_MISSING: _(
        "Send the intake key of the environment: as bearer token, or as password of basic authentication."
    ),
    IntakeCode.KEY_UNKNOWN: _("This intake key does not exist or was revoked."),
    IntakeCode.WRONG_ENVIRONMENT: _(
        "The address says %(said)s, and the key belongs to %(actual)s. Nothing was stored."
    ),
    IntakeCode.METHOD_NOT_ALLOWED: _("Only POST is possible here."),
    IntakeCode.NOT_JSON_TYPE: _("Send JSON, with the content type application/json."),
    IntakeCode.TOO_LARGE: _("The body is larger than %(most)s bytes."),
    IntakeCode.BROKEN_JSON: _("The body is not JSON in UTF-8. Nothing was stored."),
    IntakeCode.WRONG_SHAPE: _(
        "The body is JSON, but not what Alertmanager sends in version 4 of its webhook. Nothing was stored."
    ),
    IntakeCode.OVERLOADED: _("Too many events arrive at once. Send this one again in a few seconds."),
    IntakeCode.DATABASE_LOST: _("The event cannot be stored right now. Send it again in a few seconds."),
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
