"""Reading what was kept: each mail on its own, once, and what broke is set aside instead of tried for ever.

A mail is claimed in one transaction, read in another. A process that dies over a mail leaves it claimed: after some
minutes it is read again, and after `MOST_TRIES` such ends it counts as broken.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.message import Message as Mail
from time import monotonic
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from liaison.mail.acknowledgements import follow_answer
from liaison.mail.authentication import only_sender
from liaison.mail.bounces import follow_bounce
from liaison.mail.findings import Finding, NotYet
from liaison.mail.models import LONGEST_DETAIL, LONGEST_LINE, InboundMail
from liaison.mail.opening import header_of, in_one_line, opened, raw_headers_of, readable
from liaison.mail.secrecy import quotes_secrets
from liaison.mail.vocabulary import MailOutcome, MailReason, MailState
from liaison.notifications.return_addresses import ReturnKind, return_address

MOST_TRIES: Final = 3
LONGEST_READING: Final = timedelta(minutes=5)
MOST_AT_ONCE: Final = 200
LONGEST_ROUND_SECONDS: Final = 20.0

logger = logging.getLogger(__name__)


def read_waiting(now: datetime) -> int:
    """Read what waits, the oldest first; return how many were read. For the ticker."""
    _let_go_of_the_dead(now)
    waiting = InboundMail.objects.filter(state=MailState.RECEIVED, read_after__lte=now).order_by("read_after", "pk")
    end, read = monotonic() + LONGEST_ROUND_SECONDS, 0
    for key in list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE]):
        if monotonic() > end:
            break
        read += read_mail(key, now=now) is not None
    return read


def read_mail(key: int, *, now: datetime) -> MailOutcome | None:
    """Read one mail and do what follows from it; None where another reader has it, it must wait, or it broke.

    Raises Django's errors of a database that is away: the mail is then read again later.
    """
    row = _claimed(key, now)
    if row is None:
        return None
    try:
        return _read(row, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("Incoming mail %s could not be read.", row.public_id)
        _set_aside(row, error, now)
        return None


def _claimed(key: int, now: datetime) -> InboundMail | None:
    waiting = InboundMail.objects.filter(pk=key, state=MailState.RECEIVED, read_after__lte=now)
    if not waiting.update(state=MailState.READING, reading_since=now, tries=F("tries") + 1):
        return None
    return InboundMail.objects.get(pk=key)


def _read(row: InboundMail, now: datetime) -> MailOutcome | None:
    mail = opened(bytes(row.raw or b""))
    row.sender, row.subject_line = _sender_shown(mail), in_one_line(header_of(mail, "Subject"), LONGEST_LINE)
    with transaction.atomic():
        locked = InboundMail.objects.select_for_update().get(pk=row.pk)
        if locked.state != MailState.READING or locked.tries != row.tries:
            return None  # it took so long that somebody else has it now
        found = return_address(row.envelope_to)
        names = found.names if found is not None else ""
        follow = follow_bounce if row.kind == ReturnKind.BOUNCE else follow_answer
        finding = follow(row, mail, names, now=now)
        if isinstance(finding, NotYet):
            _put_off(row, now + finding.wait)
            return None
        _keep(row, finding, now)
    return finding.outcome


def _keep(row: InboundMail, finding: Finding, now: datetime) -> None:
    row.state, row.read_at, row.reading_since = MailState.DONE, now, None
    row.outcome, row.reason = finding.outcome, finding.reason or ""
    row.status, row.detail = finding.status[:16], readable(finding.detail, LONGEST_DETAIL)
    row.message_id, row.delivery_id, row.address = finding.message, finding.delivery, finding.address
    row.save(update_fields=_READ)
    if finding.outcome is not MailOutcome.QUARANTINED and quotes_secrets(row.message):
        # Bytes that hold links which sign somebody in do not stay, here as in what was sent.
        InboundMail.objects.filter(pk=row.pk).update(raw=None)


def _put_off(row: InboundMail, until: datetime) -> None:
    # It was read and must wait: that is no death of a reader.
    row.state, row.reading_since, row.read_after, row.tries = MailState.RECEIVED, None, until, row.tries - 1
    row.save(update_fields=_READ)


def _set_aside(row: InboundMail, error: Exception, now: datetime) -> None:
    why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    InboundMail.objects.filter(pk=row.pk, state=MailState.READING, tries=row.tries).update(
        state=MailState.BROKEN,
        reading_since=None,
        read_at=now,
        reason=MailReason.BROKE,
        detail=readable(why, LONGEST_DETAIL),
        sender=row.sender,
        subject_line=row.subject_line,
    )


def _let_go_of_the_dead(now: datetime) -> None:
    """Free what a reader held when it died; what did that several times is set aside."""
    held = InboundMail.objects.filter(state=MailState.READING, reading_since__lt=now - LONGEST_READING)
    held.filter(tries__lt=MOST_TRIES).update(state=MailState.RECEIVED, reading_since=None, read_after=now)
    held.update(state=MailState.BROKEN, reading_since=None, read_at=now, reason=MailReason.READER_DIED)


def _sender_shown(mail: Mail) -> str:
    """Return the one address it says it is from, else all that stands there."""
    return in_one_line(only_sender(mail) or ", ".join(raw_headers_of(mail, "From")), LONGEST_LINE)


_READ: Final = (
    "state", "read_at", "reading_since", "read_after", "tries", "outcome", "reason", "status", "detail", "sender",
    "subject_line", "message", "delivery", "address",
)  # fmt: skip
