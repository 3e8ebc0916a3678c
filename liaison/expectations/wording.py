"""The words of this room: what is expected, what was answered, and why something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.expectations.vocabulary import Answer, AnsweredVia, ClosedBecause, ExpectationCode, Expected
from liaison.web.states import Kind

WORDS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        ExpectationCode.CLOSED: _("Nothing is expected about it any more."),
        ExpectationCode.SAID_ALREADY: _("This was answered already. Reload the page to see how it stands."),
        ExpectationCode.UNKNOWN_ANSWER: _("Choose one of the answers of the list."),
        ExpectationCode.ESTIMATE_NEEDED: _("Say when it will be solved, as far as you know."),
        ExpectationCode.ESTIMATE_PAST: _("This moment is past. Name a later one."),
        ExpectationCode.ESTIMATE_TOO_FAR: _("This is too far away. Name an earlier moment; you can change it later."),
        ExpectationCode.NOTE_TOO_LONG: _("This is longer than %(most)s characters."),
        ExpectationCode.NOTE_UNUSABLE: _("This contains a hidden character. Type the text anew, without it."),
        ExpectationCode.UNKNOWN_EXPECTED: _("Choose one of the expectations of the list."),
        ExpectationCode.DUE_PAST: _("This moment is past. Name a later one."),
        ExpectationCode.DUE_TOO_FAR: _("This is more than a year away. Name an earlier moment."),
        ExpectationCode.DUE_NEEDED: _("Say by when it is expected."),
        ExpectationCode.TOO_MANY: _("Too many answers came from your network. Wait ten minutes, then try again."),
    }
)

EXPECTED: Mapping[Expected, Promise] = MappingProxyType(
    {
        Expected.ANSWER: _("Say that you have seen it, and when it will be solved"),
        Expected.FIX: _("Solve the problem"),
        Expected.CHANGE: _("Make the change on your side"),
        Expected.CONFIRM: _("Confirm that it is right again"),
    }
)
"""What is expected, said to the partner."""

ANSWERS: Mapping[Answer, Promise] = MappingProxyType(
    {
        Answer.SEEN: _("Seen"),
        Answer.WORKING: _("Working on it"),
        Answer.SOLVED: _("Solved"),
    }
)
ANSWER_KINDS: Mapping[Answer, Kind] = MappingProxyType(
    {Answer.SEEN: Kind.INFO, Answer.WORKING: Kind.INFO, Answer.SOLVED: Kind.GOOD}
)

VIA: Mapping[AnsweredVia, Promise] = MappingProxyType(
    {
        AnsweredVia.PAGE: _("On the page"),
        AnsweredVia.API: _("By the API"),
        AnsweredVia.LINK: _("By the link of the message"),
        AnsweredVia.MAIL: _("By mail"),
        AnsweredVia.ACKNOWLEDGED: _("By acknowledging the emergency"),
    }
)

CLOSED: Mapping[ClosedBecause, Promise] = MappingProxyType(
    {
        ClosedBecause.SOLVED: _("The partner says that it is solved."),
        ClosedBecause.OVER: _("The problem is over."),
        ClosedBecause.WITHDRAWN: _("What it was about was withdrawn."),
        ClosedBecause.STAFF: _("The platform operator closed it."),
    }
)
"""Why nothing is expected any more."""
