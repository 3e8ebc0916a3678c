"""The sentences for this room's codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.feeds.vocabulary import FeedCode as Code

WORDS: Mapping[StrEnum, Promise] = {
    Code.NAME_UNUSABLE: _("Enter a name of at most %(longest)s characters, in one line."),
    Code.RUN_ID_UNUSABLE: _("A run needs an id of at most %(longest)s characters, in one line."),
    Code.TOO_MANY: _("An environment has at most %(most)s feeds. Give each feed one name that stays the same."),
    Code.IN_THE_FUTURE: _("This moment is in the future. Check the clock of the sender and its time zone."),
    Code.TOO_OLD: _("Runs that began more than %(days)s days ago are not kept."),
    Code.ENDS_BEFORE_IT_BEGINS: _("The end of the run must not be before its start."),
    Code.NUMBER_UNUSABLE: _("This must be a whole number from 0 to %(most)s."),
    Code.MORE_THAN_ALL: _("This cannot be more than the %(entities)s entities of the run."),
    Code.TOO_MANY_TYPES: _("A run has at most %(most)s types of errors."),
    Code.TYPE_UNUSABLE: _("The name of a type of error has 1 to %(longest)s characters, in one line."),
    Code.INTERVAL_UNUSABLE: _("Enter an interval from %(least)s minute to %(most)s days."),
}
