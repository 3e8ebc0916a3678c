"""What follows from a mail to an answer address of ours.

It may take the escalation that its delivery told of (R1), or answer what is expected about the same thing (S7). It
counts only from the mailbox that the delivery went to, when our own mail server vouches for it, when somebody wrote it,
and when it says yes, seen, working or solved. Everything else is kept for somebody to look at, and nothing is ever
answered.
"""

from __future__ import annotations

from datetime import datetime
from email.message import Message as Mail

from django.conf import settings

from liaison.expectations.actions import answer_expectation_by_mail
from liaison.expectations.links import newest_of
from liaison.expectations.vocabulary import Answer, ExpectationCode
from liaison.lib.addresses import AddressError, clean_address, same_mailbox
from liaison.lib.refusals import Conflict, Invalid, Missing
from liaison.mail.answers import first_words, says_yes
from liaison.mail.authentication import is_authenticated, only_sender
from liaison.mail.automatic import why_automatic
from liaison.mail.findings import Finding, quarantined
from liaison.mail.models import InboundMail
from liaison.mail.opening import body_of
from liaison.mail.replies import Reply, reply_of
from liaison.mail.vocabulary import MailOutcome, MailReason
from liaison.notifications.escalation.answering import acknowledge_by_answer
from liaison.notifications.models import Delivery, Escalation, EscalationState


def follow_answer(row: InboundMail, mail: Mail, names: str, *, now: datetime) -> Finding:
    """Do what follows from an answer to the delivery `names` (a public id, empty for no token)."""
    if not names:
        return quarantined(MailReason.TOKEN_UNKNOWN)
    delivery = Delivery.objects.filter(public_id=names).select_related("announcement").first()
    if delivery is None:
        return quarantined(MailReason.TOKEN_EXPIRED)
    why = why_automatic(mail, envelope_from=row.envelope_from, sender=row.sender)
    if why is not None:
        return Finding(MailOutcome.AUTOMATIC, why, delivery=delivery.pk)
    obstacle = _obstacle(mail, delivery)
    if obstacle is not None:
        return quarantined(obstacle, delivery=delivery.pk)
    return _follow(first_words(body_of(mail)), delivery, now)


def _obstacle(mail: Mail, delivery: Delivery) -> MailReason | None:
    """Return why the mail does not count, whatever it says."""
    sender = only_sender(mail)
    if not sender:
        return MailReason.SEVERAL_SENDERS
    if not is_authenticated(mail, sender, authserv_id=settings.MAIL_AUTHSERV_ID):
        return MailReason.NOT_AUTHENTICATED
    return None if _is_mailbox_of(delivery, sender) else MailReason.OTHER_SENDER


def _follow(words: str, delivery: Delivery, now: datetime) -> Finding:
    """Do what the first line of the sender's own says: take the escalation, or answer what is expected."""
    if not words:
        return quarantined(MailReason.NOTHING_WRITTEN, delivery=delivery.pk)
    is_called = Escalation.objects.filter(announcement=delivery.announcement_id).exists()
    if is_called and says_yes(words):
        return _acknowledge(delivery, now)
    reply = reply_of(words, now, delivery.time_zone) if newest_of(delivery) is not None else None
    if reply is None:
        return quarantined(MailReason.NO_YES if is_called else MailReason.NO_ANSWER, delivery=delivery.pk)
    return _answer(delivery, reply, words, now)


def _answer(delivery: Delivery, reply: Reply, words: str, now: datetime) -> Finding:
    """Keep what was answered. Whoever works on it until a moment that cannot be, has seen it."""
    answers = [reply] if reply.estimate_at is None else [reply, Reply(Answer.SEEN)]
    for one in answers:
        try:
            answer_expectation_by_mail(
                delivery=delivery, answer=one.answer, estimate_at=one.estimate_at, note=words, now=now
            )
        except Invalid:
            continue
        except Missing:
            return quarantined(MailReason.NOT_ALLOWED, delivery=delivery.pk)
        except Conflict as refusal:
            reason = MailReason.OVER if refusal.code == ExpectationCode.CLOSED else MailReason.SAID_ALREADY
            return Finding(MailOutcome.TOO_LATE, reason, delivery=delivery.pk)
        return Finding(MailOutcome.ANSWERED, delivery=delivery.pk)
    return quarantined(MailReason.NO_ANSWER, delivery=delivery.pk)


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
