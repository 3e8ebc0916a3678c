"""The words that code of this room uses for how it stands with a contact (C7)."""

from __future__ import annotations

from enum import StrEnum


class Verification(StrEnum):
    """Whether the person or alias behind an entry can be reached there."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"


class VerificationEvent(StrEnum):
    """What can happen to an entry."""

    PROVED = "proved"  # somebody who reads the mailbox has said so
    DECLINED = "declined"  # the person does not want to be a contact
    LEFT = "left"  # the person does not work there any more
    RETURNED = "returned"  # mail came back, or was refused for good
    REPLACED = "replaced"  # the entry has another address


class VerifiedBecause(StrEnum):
    """What proves that a mailbox is read."""

    LINK = "link"
    CODE = "code"
    MAILBOX = "mailbox"  # an identity of the account proved it as its own
    TEST = "test"  # a test message or a drill was answered


class UnreachableBecause(StrEnum):
    """Why mail to an entry is useless."""

    BOUNCED = "bounced"  # accepted by the receiving server, and returned later
    REFUSED = "refused"  # refused at once and for good
    LEFT = "left"  # "I no longer work there"


class Purpose(StrEnum):
    """What a link of a verification mail is good for: one thing alone."""

    VERIFY = "verify"
    DECLINE = "decline"
    LEFT = "left"
