"""The words of this room's refusals and of what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.calendars.codes import HolidayCode, RotaCode, SwapCode
from liaison.calendars.models import DayKind, SwapState
from liaison.calendars.rota_facts import OnCallBecause

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        RotaCode.NAME_UNUSABLE: _("Enter a name of at most %(most)s characters, in one line."),
        RotaCode.NAME_TAKEN: _("Another rota has this name. Choose a different one."),
        RotaCode.UNKNOWN_ZONE: _("Choose one of the time zones of the list."),
        RotaCode.PEOPLE_NEEDED: _("Choose at least one person."),
        RotaCode.CANNOT_BE_CALLED: _(
            "This person cannot be on call. It takes an active user of the operator whose role sees and acknowledges "
            "every problem."
        ),
        RotaCode.SAME_PERSON_TWICE: _("A person can stand in a layer only once."),
        RotaCode.TOO_MANY_PEOPLE: _("A layer can have at most %(most)s people."),
        RotaCode.TOO_MANY_LAYERS: _("A rota can have at most %(most)s layers."),
        RotaCode.TURN_OUT_OF_RANGE: _("A turn lasts from 1 to %(most)s days."),
        RotaCode.DATE_OUT_OF_RANGE: _("Choose a date between the years %(first)s and %(last)s."),
        RotaCode.HOURS_UNUSABLE: _("Hours need at least one day, a start and an end, for example 09:00 and 18:00."),
        RotaCode.ENDS_BEFORE_START: _("The end must be later than the start."),
        RotaCode.IS_OVER: _("This is over already."),
        RotaCode.TOO_LONG: _("Nobody can take over for longer than %(most)s days."),
        RotaCode.PART_OF_SWAP: _("This belongs to a swap of turns. Agree on another swap instead."),
        RotaCode.STRETCH_UNUSABLE: _("Ask for a time that ends after it starts, within %(most)s days and ten years."),
        RotaCode.YOU_CANNOT_BE_CALLED: _("Your role does not allow being on call."),
        RotaCode.ON_CALL_ALREADY: _("You are on call already for all of this time."),
        SwapCode.NO_SUCH_TURN: _("This turn does not exist any more. Choose another one."),
        SwapCode.NOT_YOUR_TURN: _("This turn is not yours any more."),
        SwapCode.YOUR_OWN_TURN: _("This turn is your own. Choose the turn of somebody else."),
        SwapCode.HAS_BEGUN: _("One of the two turns has begun. Only turns ahead can be swapped."),
        SwapCode.IS_SHARED: _("Somebody else takes over a part of this turn, so it cannot be swapped as a whole."),
        SwapCode.ALREADY_ANSWERED: _("This swap was answered already."),
        SwapCode.ALREADY_ASKED: _("You asked for this swap already."),
        HolidayCode.UNKNOWN_REGION: _("Choose one of the regions of the list."),
        HolidayCode.DATE_OUT_OF_RANGE: _("Choose a date between the years %(first)s and %(last)s."),
        HolidayCode.END_NEEDED: _("Enter when hours end on that day, for example 13:00."),
        HolidayCode.END_WITHOUT_HALF_DAY: _(
            "Only on a half day hours end at a time. Choose a half day, or leave it empty."
        ),
        HolidayCode.NOTE_UNUSABLE: _("Enter a note of at most %(most)s characters, in one line."),
        HolidayCode.FILE_TOO_LARGE: _("The file is larger than %(most)s kB."),
        HolidayCode.FILE_UNREADABLE: _("This is not a calendar file that can be read. It must be an iCal file (.ics)."),
        HolidayCode.FILE_TOO_MANY: _("The file holds more than %(most)s entries or days."),
        HolidayCode.FILE_REPEATS: _(
            "The file holds an entry that repeats otherwise than once or a few times a year. Holidays do not."
        ),
        HolidayCode.FILE_LONG_EVENT: _("The file holds an entry that is longer than %(most)s days."),
        HolidayCode.FILE_TAKES_TOO_LONG: _("The repetitions in this file are too complicated."),
        HolidayCode.FILE_EMPTY: _("The file holds no whole-day entry between the years %(first)s and %(last)s."),
    }
)

BECAUSE: Mapping[OnCallBecause, Promise] = MappingProxyType(
    {
        OnCallBecause.TURN: _("It is this person’s turn."),
        OnCallBecause.STANDS_IN: _("Stands in, because whose turn it is cannot be called."),
        OnCallBecause.COVER: _("Takes over for an agreed time."),
        OnCallBecause.TAKEN: _("Took over on the spot."),
        OnCallBecause.SWAP: _("The turns were swapped."),
    }
)

SWAP_STATES: Mapping[SwapState, Promise] = MappingProxyType(
    {
        SwapState.ASKED: _("Asked"),
        SwapState.ACCEPTED: _("Accepted"),
        SwapState.DECLINED: _("Declined"),
        SwapState.WITHDRAWN: _("Taken back"),
    }
)

DAY_KINDS: Mapping[DayKind, Promise] = MappingProxyType(
    {
        DayKind.CLOSED: _("Holiday"),
        DayKind.WORKING: _("Working day"),
        DayKind.HALF_DAY: _("Half day"),
    }
)
