"""The sentences for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.helpcentre.actions import FeedbackCode

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        FeedbackCode.TOO_MANY: _("You have answered often within an hour. Thank you; try again later."),
        FeedbackCode.TOO_LONG: _("This is longer than %(most)s characters."),
        FeedbackCode.OVER: _("Your answer was kept. To say more, answer the question again."),
    }
)
