"""The sentences of this room: why something is refused, how a drill ended, why it was moved."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.drills.vocabulary import DrillCode, MovedBecause, Outcome
from liaison.web.states import Kind

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        DrillCode.RUNS_ALREADY: _("A drill of this account runs already. Wait until it is over, or stop it."),
        DrillCode.EMERGENCY_RUNS: _("People are called about a real emergency. Start the drill when it is over."),
        DrillCode.NOBODY_TO_TELL: _("Nobody can be told: nobody stands in this field who can be reached."),
        DrillCode.IS_OVER: _("The drill is over. You need not answer any more."),
        DrillCode.NOT_TOLD: _("This drill did not tell you, so there is nothing to answer."),
        DrillCode.UNKNOWN_FIELD: _("Choose one of the fields offered."),
        DrillCode.UNKNOWN_ZONE: _("There is no such time zone."),
        DrillCode.OUT_OF_RANGE: _("Enter a whole number from %(least)s to %(most)s."),
        DrillCode.TOO_MANY_ANSWERS: _("Too many tries from your network. Wait ten minutes."),
        DrillCode.UNKNOWN_CONTACT: _("This person or address does not stand in the contact information any more."),
        DrillCode.UNKNOWN_WAY: _("This contact cannot be reached that way any more."),
        DrillCode.HAS_DECLINED: _("The person declined to be a contact. Nothing is sent there."),
        DrillCode.TOO_MANY_TESTS: _("A contact gets at most %(most)s tests within an hour. Try again later."),
    }
)

OUTCOMES: Mapping[str, tuple[Promise, Kind]] = MappingProxyType(
    {
        "": (_("Under way"), Kind.INFO),
        Outcome.ANSWERED: (pgettext_lazy("outcome of a drill", "Answered"), Kind.GOOD),
        Outcome.PARTLY: (_("Answered by some"), Kind.WARNING),
        Outcome.UNANSWERED: (_("Nobody answered"), Kind.BAD),
        Outcome.NOBODY: (_("Nobody could be told"), Kind.BAD),
        Outcome.STOPPED: (pgettext_lazy("outcome of a drill", "Stopped"), Kind.NEUTRAL),
        Outcome.INTERRUPTED: (_("Interrupted by a real emergency"), Kind.WARNING),
        Outcome.MISSED: (pgettext_lazy("outcome of a drill", "Missed"), Kind.WARNING),
    }
)

MOVED: Mapping[str, Promise] = MappingProxyType(
    {
        MovedBecause.EMERGENCY: _("It was moved, because people were called about a real emergency."),
        MovedBecause.DRILL: _("It was moved, because another drill was under way."),
        MovedBecause.HOURS: _("It was moved into the support hours."),
    }
)
