"""What the announcements of a test would send, rendered as a worker renders it."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from django.utils import timezone, translation

from liaison.catalog.vocabulary import Topic
from liaison.notifications.channels.contract import Letter
from liaison.notifications.channels.email.render import render_letter
from liaison.notifications.facts import Because, Reason
from liaison.notifications.models import Announcement, Delivery
from liaison.notifications.registry import Content, Recipient, Subject, TopicHandler, handler_of


@dataclass(frozen=True)
class Mail:
    to: str
    language: str
    content: Content
    text: str
    html: str
    may_still_be_sent: bool


def mails(mail: str = "") -> list[Mail]:
    """Return the mails owed so far, oldest first; `mail` picks one kind of account mail."""
    found = Delivery.objects.filter(state="pending").select_related("announcement").order_by("pk")
    return [rendered(one) for one in found if not mail or one.announcement.facts.get("mail") == mail]


def rendered(delivery: Delivery) -> Mail:
    announcement = delivery.announcement
    subject, recipient = _subject(announcement), _recipient(delivery)
    handler: TopicHandler = handler_of(Topic(announcement.topics[0]))
    may = handler.may_receive(subject, recipient) and handler.still_relevant(subject)
    with translation.override(delivery.language), timezone.override(delivery.time_zone):
        content = handler.render(subject, recipient)
        sent = message_from_bytes(render_letter(_letter(delivery, recipient, content)).data, policy=SMTP)
    text, html = (_part(sent, kind) for kind in ("plain", "html"))
    return Mail(delivery.address, delivery.language, content, text, html, may)


def may_still_be_sent(delivery: Delivery) -> bool:
    handler = handler_of(Topic(delivery.announcement.topics[0]))
    subject = _subject(delivery.announcement)
    return handler.may_receive(subject, _recipient(delivery)) and handler.still_relevant(subject)


def _letter(delivery: Delivery, recipient: Recipient, content: Content) -> Letter:
    because = tuple(Because(Topic(one["topic"]), Reason(one["reason"])) for one in delivery.reasons)
    return Letter("<x@portal.test>", delivery.due_at, recipient, content, because)


def _part(sent: EmailMessage, kind: str) -> str:
    body = sent.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def _subject(announcement: Announcement) -> Subject:
    return Subject(announcement.subject_kind, announcement.subject_id, announcement.account_id, announcement.facts)


def _recipient(delivery: Delivery) -> Recipient:
    return Recipient(
        key=delivery.recipient_key,
        identity_id=delivery.identity_id,
        address=delivery.address,
        name=delivery.name,
        language=delivery.language,
        time_zone=delivery.time_zone,
        reasons=(),
    )
