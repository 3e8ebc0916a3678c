"""The sentences for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.health.vocabulary import AlertCode, PreviewCode, ShapeCode
from liaison.notifications.escalation.vocabulary import EscalationCode

WORDS: Mapping[StrEnum, Promise] = {
    AlertCode.WRONG_SHAPE: _(
        "The body is JSON, but not what Alertmanager sends in version 4 of its webhook. Nothing was stored."
    ),
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
