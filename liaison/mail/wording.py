"""What came of incoming mail, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.mail.vocabulary import MailCode, MailOutcome, MailReason, MailState
from liaison.notifications.return_addresses import ReturnKind
from liaison.web.states import Kind, State

WORDS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        MailCode.NOTHING_TO_READ: _("Only a mail that could not be read or is in quarantine is read again."),
        MailCode.ERASED: _("The mail was erased, because this was long ago or because it held links to sign in."),
        MailCode.CONFIDENTIAL: _("The mail quotes a message with links to sign in, so nobody opens it."),
        MailCode.TAKES_ESCALATION: _(
            "The mail quotes somebody’s own link to acknowledge an emergency. It is shown once somebody has it, or it "
            "is over."
        ),
        MailCode.GIVES_ANSWER: _(
            "The mail quotes somebody’s own link to answer what is expected of a partner. It is shown once nothing is "
            "expected any more."
        ),
    }
)

KINDS: Mapping[ReturnKind, Promise] = MappingProxyType(
    {ReturnKind.BOUNCE: _("Delivery report"), ReturnKind.ANSWER: _("Answer")}
)

SHOWN: Mapping[str, State] = MappingProxyType(
    {
        MailOutcome.QUARANTINED.value: State(_("In quarantine"), Kind.WARNING),
        MailState.BROKEN.value: State(_("Could not be read"), Kind.BAD),
        MailOutcome.UNREACHABLE.value: State(_("Address unreachable"), Kind.BAD),
        MailOutcome.RETURNED.value: State(_("Message came back"), Kind.BAD),
        MailOutcome.DELAYED.value: State(_("Message is late"), Kind.WARNING),
        MailOutcome.DELIVERED.value: State(_("Message arrived"), Kind.GOOD),
        MailOutcome.ACKNOWLEDGED.value: State(_("Acknowledged an emergency"), Kind.GOOD),
        MailOutcome.ANSWERED.value: State(_("Answered what is expected"), Kind.GOOD),
        MailOutcome.TOO_LATE.value: State(_("Answered too late"), Kind.NEUTRAL),
        MailOutcome.AUTOMATIC.value: State(_("Automatic, ignored"), Kind.NEUTRAL),
        MailState.RECEIVED.value: State(_("Not read yet"), Kind.INFO),
    }
)
"""What came of a mail, or how far it is read; in the order in which the page offers them."""

REASONS: Mapping[MailReason, Promise] = MappingProxyType(
    {
        MailReason.TOKEN_UNKNOWN: _("The address it was sent to was not made by this portal."),
        MailReason.TOKEN_EXPIRED: _("What it is about was too long ago."),
        MailReason.NEVER_SENT: _("The message that it is about was never sent."),
        MailReason.NOT_UNDERSTOOD: _("It is no report of a mail server, and nobody is asked to write to this address."),
        MailReason.NOT_AUTHENTICATED: _("The mail server did not confirm that it comes from this sender."),
        MailReason.SEVERAL_SENDERS: _("It names no sender, or more than one."),
        MailReason.OTHER_SENDER: _("It comes from another mailbox than the one that was called."),
        MailReason.NO_YES: _("It does not begin with a word that says yes."),
        MailReason.NO_ANSWER: _("It begins with none of the answers: seen, working, solved."),
        MailReason.NOTHING_WRITTEN: _("Its sender wrote nothing in it."),
        MailReason.NOT_ALLOWED: _("Its sender may not answer this any more."),
        MailReason.ALREADY_TAKEN: _("Somebody had it already."),
        MailReason.SAID_ALREADY: _("It was answered so already."),
        MailReason.OVER: _("It was over already."),
        MailReason.ADDRESS_DEAD: _("There is no such mailbox."),
        MailReason.MAILBOX_FULL: _("The mailbox is full."),
        MailReason.POLICY: _("A rule of the receiving side refused it."),
        MailReason.OTHER_FAILURE: _("The other server gave up, for a reason that says nothing of the mailbox."),
        MailReason.ELSEWHERE: _("A mailbox that it was forwarded to does not exist. Others may still read it."),
        MailReason.REPEATED: _("Three messages came back from this address within two weeks."),
        MailReason.SAYS_SO: _("It says itself that nobody wrote it."),
        MailReason.LOOKS_SO: _("Its sender or its subject is one that programs use."),
        MailReason.RECEIPT: _("It is a receipt or a report that nobody asked for."),
        MailReason.BROKE: _("It could not be read. It is kept as it came."),
        MailReason.READER_DIED: _("Reading it ended the process several times. It is kept as it came."),
    }
)


def shown_state(state: str, outcome: str) -> str:
    """Return the key of what is shown: what came of it, else how far it is read."""
    return outcome or (MailState.BROKEN.value if state == MailState.BROKEN else MailState.RECEIVED.value)


def reason_label(reason: str) -> str:
    """Return a reason in words, empty for none."""
    return str(REASONS[MailReason(reason)]) if reason else ""
