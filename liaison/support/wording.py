"""The sentences for this room's codes, and the names of its situations and states."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.support.models import InterestState
from liaison.support.vocabulary import InterestCode, Situation
from liaison.web.states import Kind

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        InterestCode.UNKNOWN_KIND: _("Choose from the list."),
        InterestCode.BAD_WEBSITE: _("Enter an address that starts with https:// or http://."),
        InterestCode.TOO_LONG: _("This is longer than %(most)s characters."),
        InterestCode.TOO_MANY: _("Too many expressions of interest came from your network. Try again in ten minutes."),
        InterestCode.ELSEWHERE: _("This was sent from another site. Open this page again and send it from here."),
        InterestCode.DECIDED: _("Somebody has decided about this already."),
        InterestCode.NOT_CONFIRMED: _("The address is not confirmed yet."),
        InterestCode.REASON_NEEDED: _("Say why. The person reads it."),
        InterestCode.KIND_NEEDED: _("Choose at least one kind of integration."),
    }
)

SITUATIONS: Mapping[Situation, Promise] = MappingProxyType(
    {
        Situation.LAUNCHED: pgettext_lazy("situation", "Launched"),
        Situation.INTEGRATING: pgettext_lazy("situation", "Integrating"),
        Situation.INTERESTED: pgettext_lazy("situation", "Interested"),
    }
)

STATES: Mapping[InterestState, tuple[Promise, Kind]] = MappingProxyType(
    {
        InterestState.NEW: (_("Waits for an answer"), Kind.INFO),
        InterestState.ACCEPTED: (pgettext_lazy("interest", "Accepted"), Kind.GOOD),
        InterestState.DECLINED: (pgettext_lazy("interest", "Declined"), Kind.NEUTRAL),
    }
)
