"""The words of this room: how far a mail is read, what came of it, and why."""

from __future__ import annotations

from enum import StrEnum


class MailState(StrEnum):
    """How far a mail is read."""

    RECEIVED = "received"  # kept, and read when `read_after` has come
    READING = "reading"  # a process has it in hand
    DONE = "done"
    BROKEN = "broken"  # it could not be read; it waits for somebody to look


class MailOutcome(StrEnum):
    """What came of a mail that was read."""

    UNREACHABLE = "unreachable"  # the address is dead, and marked so
    RETURNED = "returned"  # the message came back; the address may still be good
    DELAYED = "delayed"  # another server still tries
    DELIVERED = "delivered"  # a receipt: it arrived
    ACKNOWLEDGED = "acknowledged"  # the answer took the escalation
    ANSWERED = "answered"  # it answers what is expected of the partner
    TOO_LATE = "too_late"  # a good answer to an escalation that somebody has, or that is over
    AUTOMATIC = "automatic"  # nobody wrote it
    QUARANTINED = "quarantined"  # nothing follows from it; `reason` says why


class MailReason(StrEnum):
    """Why a mail had no consequence, what a bounce says, or how an automatic mail was recognised."""

    # Quarantine of whatever came.
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105  # the name of a reason
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    NEVER_SENT = "never_sent"
    NOT_UNDERSTOOD = "not_understood"
    # Of answers.
    NOT_AUTHENTICATED = "not_authenticated"
    SEVERAL_SENDERS = "several_senders"
    OTHER_SENDER = "other_sender"
    NO_YES = "no_yes"
    NO_ANSWER = "no_answer"
    NOTHING_WRITTEN = "nothing_written"
    NOT_ALLOWED = "not_allowed"
    ALREADY_TAKEN = "already_taken"
    SAID_ALREADY = "said_already"
    OVER = "over"
    # Of bounces.
    ADDRESS_DEAD = "address_dead"
    MAILBOX_FULL = "mailbox_full"
    POLICY = "policy"
    OTHER_FAILURE = "other_failure"
    ELSEWHERE = "elsewhere"
    REPEATED = "repeated"
    # Of what nobody wrote.
    SAYS_SO = "says_so"
    LOOKS_SO = "looks_so"
    RECEIPT = "receipt"
    # Of what could not be read.
    BROKE = "broke"
    READER_DIED = "reader_died"


class MailCode(StrEnum):
    """Why a verb of this room is refused."""

    NOTHING_TO_READ = "incoming_mail_nothing_to_read"
    CONFIDENTIAL = "incoming_mail_confidential"  # it quotes links that sign somebody in
    TAKES_ESCALATION = "incoming_mail_takes_escalation"
    GIVES_ANSWER = "incoming_mail_gives_answer"
    ERASED = "incoming_mail_erased"
