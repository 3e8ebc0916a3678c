"""What the announcements of a test would send, rendered as a worker renders it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone, translation

from liaison.catalog.vocabulary import Topic
from liaison.notifications.models import Announcement, Delivery
from liaison.notifications.registry import Content, Recipient, Subject, TopicHandler, handler_of
from liaison.web.pages import render_text


@dataclass(frozen=True)
class Mail:
    to: str
    language: str
    content: Content
    text: str
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
        text = _text(content)
    return Mail(delivery.address, delivery.language, content, text, may)


def may_still_be_sent(delivery: Delivery) -> bool:
    handler = handler_of(Topic(delivery.announcement.topics[0]))
    subject = _subject(delivery.announcement)
    return handler.may_receive(subject, _recipient(delivery)) and handler.still_relevant(subject)


def _text(content: Content) -> str:
    frame = {"operator_name": "", "portal_url": "", "recipient_name": "", "why": (), "support_address": ""}
    return render_text(f"{content.template}.txt", {**content.context, "mail": frame})


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
