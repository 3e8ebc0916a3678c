"""What came of reading one mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from liaison.mail.vocabulary import MailOutcome, MailReason


@dataclass(frozen=True)
class Finding:
    """What is kept of a mail that was read. `message` and `delivery` are keys, `address` a mailbox key."""

    outcome: MailOutcome
    reason: MailReason | None = None
    status: str = ""
    detail: str = ""
    message: int | None = None
    delivery: int | None = None
    address: str = ""


@dataclass(frozen=True)
class NotYet:
    """The mail cannot be understood before something else is known: it is read again after a while."""

    wait: timedelta


def quarantined(
    reason: MailReason, *, message: int | None = None, delivery: int | None = None, detail: str = ""
) -> Finding:
    """Nothing follows from the mail, and it is kept for somebody to look at."""
    return Finding(MailOutcome.QUARANTINED, reason, message=message, delivery=delivery, detail=detail)
