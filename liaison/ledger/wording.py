"""The sentences for the codes of this room, and of sending again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.ledger.vocabulary import LedgerCode
from liaison.notifications.resending import ResendCode

WORDS: Mapping[StrEnum, Promise] = {
    LedgerCode.NOTHING_TO_SEE: _("This delivery did not fail, so there is nothing to note."),
    LedgerCode.NOT_DEFERRED: _("This delivery does not wait any more."),
    LedgerCode.GIVES_ANSWER: _(
        "What was sent holds the recipient’s own link to answer what is expected of the partner. It is shown once "
        "nothing is expected any more."
    ),
    LedgerCode.TAKES_ESCALATION: _(
        "What was sent holds the recipient’s own link to acknowledge the emergency. It is shown once somebody has it, "
        "or it is over."
    ),
    ResendCode.UNDER_WAY: _("This delivery is still under way. Wait for its outcome."),
    ResendCode.ARRIVED: _("The receiving server has taken this message. It is not sent again."),
    ResendCode.NEVER_OWED: _("This person was not to be told, so there is nothing to send again."),
    ResendCode.ALREADY: _("This was sent again already."),
    ResendCode.ERASED: _("The address was erased, because this was long ago."),
    ResendCode.NO_LONGER_RELEVANT: _("It is over, so nobody need be told of it any more."),
    ResendCode.NO_LONGER_ALLOWED: _("This person may not receive it any more."),
}
