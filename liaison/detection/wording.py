"""The sentences for this room's codes, and the words for what rules are made of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.catalog.rules import Effect, Measure
from liaison.detection.vocabulary import RuleCode as Code

WORDS: Mapping[StrEnum, Promise] = {
    Code.UNKNOWN_PARAMETER: _("This rule has no such number."),
    Code.UNKNOWN_PLACE: _("Choose all integrations, one kind of integration, or one integration."),
    Code.NOT_FOR_KIND: _("This rule is not for this kind of integration."),
    Code.NOT_A_NUMBER: _("Enter a number."),
    Code.NOT_WHOLE: _("Enter a whole number."),
    Code.OUT_OF_RANGE: _("Enter a number from %(least)s to %(most)s."),
    Code.CLEARS_ABOVE: _("It can be over only below the threshold: enter %(most)s or less."),
    Code.NOT_LONGER: _("The long window must be longer than the short one."),
    Code.NEVER_REACHED: _("With this number the rule could never find anything."),
    Code.ONLY_CRITICAL_DISABLES: _("Only a rule of severity Critical disables an integration."),
    Code.NOT_A_CHOICE: _("Choose one of the values of the list."),
    Code.NOT_CHANGED: _("This rule is not changed there."),
}

PARAMETERS: Final[Mapping[str, Promise]] = {
    "severity": _("Severity"),
    "effect": _("What it does besides telling people"),
    "threshold": _("Threshold"),
    "is_over": _("Only above the threshold, not at it"),
    "clear_below": _("Good again below"),
    "minutes": _("Window in minutes"),
    "long_minutes": _("Long window in minutes"),
    "objective": _("Objective"),
    "min_calls": _("At least so many calls"),
    "min_errors": _("At least so many errors"),
    "min_merchants": _("At least so many merchants"),
    "min_entities": _("At least so many entities"),
    "for_minutes": _("Bad for so many minutes before anybody is told"),
    "clear_minutes": _("Good for so many minutes before it is over"),
}

UNITS: Final[Mapping[Measure, Promise]] = {
    Measure.ERROR_RATE: _("Share of calls that fail, in percent"),
    Measure.DECLINED_RATE: _("Share of calls whose payment is declined, in percent"),
    Measure.LATENCY: _("Mean duration of a call, in milliseconds"),
    Measure.BURN_RATE: _("Errors as a multiple of what the objective allows"),
    Measure.SILENCE: _("Minutes without a call"),
    Measure.FEED_ERROR_RATE: _("Share of entities with errors, in percent"),
    Measure.FEED_STALE_SHARE: _("Share of entities not updated for three days, in percent"),
    Measure.FEED_MISSING: _("Time since the last run, as a multiple of the expected interval"),
    Measure.CHECK_FAILING: _("Minutes since the last healthy answer"),
    Measure.CHECK_UNANSWERED: _("Requests in a row without an answer"),
    Measure.HEARTBEAT_MISSING: _("Time since the last heartbeat, as a multiple of the expected interval"),
}

EFFECTS: Final[Mapping[Effect, Promise]] = {
    Effect.NONE: _("Nothing"),
    Effect.DISABLE: _("Disables the integration until it is over"),
}
