"""What follows from a mail to an answer address of ours: it may take the escalation that its delivery told of (R1).

It counts only from the mailbox that the delivery went to, when our own mail server vouches for it, when somebody
wrote it, and when it says yes. Everything else is kept for somebody to look at, and nothing is ever answered.
"""

from __future__ import annotations

from datetime import datetime
from email.message import Message as Mail

from django.conf import settings

from liaison.lib.addresses import AddressError, clean_address, same_mailbox
from liaison.lib.refusals import Conflict, Missing
from liaison.mail.answers import first_words, says_yes
from liaison.mail.authentication import is_authenticated, only_sender
from liaison.mail.automatic import why_automatic
from liaison.mail.findings import Finding, quarantined
from liaison.mail.models import InboundMail
from liaison.mail.opening import body_of
from liaison.mail.vocabulary import MailOutcome, MailReason
from liaison.notifications.escalation.answering import acknowledge_by_answer
from liaison.notifications.models import Delivery, EscalationState


def follow_answer(row: InboundMail, mail: Mail, names: str, *, now: datetime) -> Finding:
    """Do what follows from an answer to the delivery `names` (a public id, empty for no token)."""
    if not names:
        return quarantined(MailReason.TOKEN_UNKNOWN)
    delivery = Delivery.objects.filter(public_id=names).first()
    if delivery is None:
        return quarantined(MailReason.TOKEN_EXPIRED)
    why = why_automatic(mail, envelope_from=row.envelope_from, sender=row.sender)
    if why is not None:
        return Finding(MailOutcome.AUTOMATIC, why, delivery=delivery.pk)
    obstacle = _obstacle(mail, delivery)
    if obstacle is not None:
        return quarantined(obstacle, delivery=delivery.pk)
    return _acknowledge(delivery, now)


def _obstacle(mail: Mail, delivery: Delivery) -> MailReason | None:
    """Return why the mail does not count, whoever may take what."""
    sender = only_sender(mail)
    if not sender:
        return MailReason.SEVERAL_SENDERS
    if not is_authenticated(mail, sender, authserv_id=settings.MAIL_AUTHSERV_ID):
        return MailReason.NOT_AUTHENTICATED
    if not _is_mailbox_of(delivery, sender):
        return MailReason.OTHER_SENDER
    words = first_words(body_of(mail))
    if not words:
        return MailReason.NOTHING_WRITTEN
    return None if says_yes(words) else MailReason.NO_YES


def _acknowledge(delivery: Delivery, now: datetime) -> Finding:
    try:
        outcome = acknowledge_by_answer(delivery=delivery.public_id, now=now)
    except Missing:
        return quarantined(MailReason.NOT_ALLOWED, delivery=delivery.pk)
    except Conflict:
        return Finding(MailOutcome.TOO_LATE, MailReason.OVER, delivery=delivery.pk)
    if not outcome.is_new and outcome.escalation.state == EscalationState.ACKNOWLEDGED:
        return Finding(MailOutcome.TOO_LATE, MailReason.ALREADY_TAKEN, delivery=delivery.pk)
    return Finding(MailOutcome.ACKNOWLEDGED, delivery=delivery.pk)


def _is_mailbox_of(delivery: Delivery, sender: str) -> bool:
    try:
        return same_mailbox(clean_address(delivery.address), sender)
    except AddressError:
        return False
