"""What follows from a mail to an envelope sender of ours: it counts for the one message that the token names (C7, R3).

A server may name whom it likes in a bounce: only the address that the message went to is ever marked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message as Mail
from typing import Final

from liaison.accounts.actors import System
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.contacts.actions import mark_unreachable
from liaison.lib.addresses import mailbox_key
from liaison.mail.automatic import is_vacation, why_automatic
from liaison.mail.delivery_status import Bounce, bounce_by_form, bounce_in_words, standard_bounces
from liaison.mail.findings import Finding, NotYet, quarantined
from liaison.mail.meaning import COUNTS_TOWARDS_DEAD, BounceMeaning, meaning_of
from liaison.mail.models import InboundMail
from liaison.mail.vocabulary import MailOutcome, MailReason
from liaison.notifications.facts import Channel
from liaison.notifications.models import FINISHED_MESSAGE_STATES, Delivery, DeliveryState, Message
from liaison.notifications.notes import Came, note_what_came_back
from liaison.notifications.outcomes import record_bounce
from liaison.notifications.wording import FailedBecause

COUNTS_FOR: Final = timedelta(days=30)
"""How long after a message was made a bounce of it counts. Servers give up after a week at the latest."""
SEVERAL: Final = 3
WITHIN: Final = timedelta(days=14)
"""So many returned messages within this time make an address dead."""
ACTOR: Final = System("mail")

_WAIT: Final = timedelta(seconds=15)
_LONGEST_WAIT: Final = timedelta(days=2)
_ENCODED: Final = re.compile(r"\+([0-9A-F]{2})")  # RFC 3461, 4: how addresses are written into a DSN

_REASONS: Final = {
    BounceMeaning.DEAD: (MailReason.ADDRESS_DEAD, FailedBecause.ADDRESS_DEAD),
    BounceMeaning.FULL: (MailReason.MAILBOX_FULL, FailedBecause.MAILBOX_FULL),
    BounceMeaning.POLICY: (MailReason.POLICY, FailedBecause.POLICY),
    BounceMeaning.FAILED: (MailReason.OTHER_FAILURE, FailedBecause.CAME_BACK),
}


@dataclass(frozen=True)
class _Returned:
    """A message, and what came back of it."""

    message: Message
    bounce: Bounce
    meaning: BounceMeaning
    now: datetime

    @property
    def words(self) -> str:
        """Return the other server's words with its code before them, as evidence."""
        said, status = self.bounce.words, self.bounce.status
        return said if not status or status in said else f"{status} {said}".strip()

    def finding(self, outcome: MailOutcome, reason: MailReason | None = None) -> Finding:
        return Finding(
            outcome,
            reason,
            status=self.bounce.status,
            detail=self.words,
            message=self.message.pk,
            address=mailbox_key(self.message.address),
        )


def follow_bounce(row: InboundMail, mail: Mail, names: str, *, now: datetime) -> Finding | NotYet:
    """Do what follows from a mail to the envelope sender of the message `names` (a public id, empty for no token)."""
    if not names:
        return quarantined(MailReason.TOKEN_UNKNOWN)
    message = Message.objects.filter(public_id=names, channel=Channel.EMAIL).first()
    if message is None or row.received_at - message.created_at > COUNTS_FOR:
        return quarantined(MailReason.TOKEN_EXPIRED)
    is_settled = message.state in FINISHED_MESSAGE_STATES
    if not message.sent_sha256 or (not is_settled and now - row.received_at > _LONGEST_WAIT):
        return quarantined(MailReason.NEVER_SENT, message=message.pk)
    if not is_settled:
        return NotYet(_WAIT)  # a bounce may be faster than the answer to the message: it counts once that is known
    bounce = bounce_about(mail, message.address)
    if bounce is not None:
        return _follow(_Returned(message, bounce, meaning_of(bounce), now), row)
    why = why_automatic(mail, envelope_from=row.envelope_from, sender=row.sender)
    return (
        quarantined(MailReason.NOT_UNDERSTOOD, message=message.pk)
        if why is None
        else Finding(MailOutcome.AUTOMATIC, why, message=message.pk)
    )


def is_about(bounce: Bounce, address: str) -> bool:
    """Say whether a bounce names this address, or nobody. Some servers write the name of a machine into the domain."""
    return not bounce.recipients or any(_is_same(named, address) for named in bounce.recipients)


def bounce_about(mail: Mail, address: str) -> Bounce | None:
    """Return what the mail says of this address before what it says of others, and the worst of it."""
    found = standard_bounces(mail)
    if found:
        return min(found, key=lambda one: (not is_about(one, address), one.action.rank))
    if is_vacation(mail):
        return None
    return bounce_by_form(mail) or bounce_in_words(mail, address)


def _follow(returned: _Returned, row: InboundMail) -> Finding:
    if returned.meaning is BounceMeaning.DELAYED:
        _note(returned, Came.LATE)
        return returned.finding(MailOutcome.DELAYED)
    if returned.meaning is BounceMeaning.DELIVERED:
        _note(returned, Came.THROUGH)
        return returned.finding(MailOutcome.DELIVERED)
    ours = is_about(returned.bounce, returned.message.address)
    reason, failed = _REASONS[returned.meaning]
    if returned.meaning is BounceMeaning.DEAD and not ours:
        # Somebody to whom the mailbox forwards is gone. Others may still read it.
        reason, failed = MailReason.ELSEWHERE, FailedBecause.CAME_BACK
    _record(returned, failed)
    if returned.meaning is BounceMeaning.DEAD and ours:
        _mark(returned)
        return returned.finding(MailOutcome.UNREACHABLE, reason)
    if returned.meaning in COUNTS_TOWARDS_DEAD and ours and _returned_often(returned, row):
        _mark(returned)
        return returned.finding(MailOutcome.UNREACHABLE, MailReason.REPEATED)
    return returned.finding(MailOutcome.RETURNED, reason)


def _note(returned: _Returned, came: Came) -> None:
    note_what_came_back(returned.message, came, now=returned.now, code=returned.bounce.reply, detail=returned.words)


def _record(returned: _Returned, failed: FailedBecause) -> None:
    _note(returned, Came.BACK)
    is_news = record_bounce(returned.message, reason=failed, now=returned.now)
    if not is_news:
        return
    back = Delivery.objects.filter(message=returned.message, state=DeliveryState.BOUNCED)
    for delivery in back.select_related("announcement"):
        record(
            Happened.DELIVERY_BOUNCED,
            actor=ACTOR.audit_ref,
            subject=SubjectRef("delivery", delivery.public_id),
            account_id=delivery.announcement.account_id,
            facts={"reason": failed.value, "status": returned.bounce.status},
            now=returned.now,
        )


def _mark(returned: _Returned) -> None:
    message = returned.message
    if message.account_id is None or not message.address:
        return
    mark_unreachable(
        account_id=message.account_id,
        address=message.address,
        because="bounced",
        code=returned.bounce.status or (str(returned.bounce.reply) if returned.bounce.reply else ""),
        detail=returned.words,
        message=message.public_id,
        now=returned.now,
    )


def _returned_often(returned: _Returned, row: InboundMail) -> bool:
    """Say whether with this message enough came back from the address within the last days."""
    counted = [reason for meaning, (reason, _failed) in _REASONS.items() if meaning in COUNTS_TOWARDS_DEAD]
    before = InboundMail.objects.filter(
        address=mailbox_key(returned.message.address),
        outcome=MailOutcome.RETURNED,
        reason__in=counted,
        received_at__gt=row.received_at - WITHIN,
    )
    others = before.exclude(message=returned.message.pk).values("message").distinct().count()
    return others + 1 >= SEVERAL


def _is_same(named: str, address: str) -> bool:
    plain = _ENCODED.sub(lambda found: chr(int(found[1], 16)), named.upper()) if "+" in named else named
    return any(_is_one_mailbox(mailbox_key(one), mailbox_key(address)) for one in (named, plain))


def _is_one_mailbox(one: str, other: str) -> bool:
    if one.partition("@")[0] != other.partition("@")[0]:
        return False
    left, right = one.partition("@")[2], other.partition("@")[2]
    return left == right or left.endswith(f".{right}") or right.endswith(f".{left}")
