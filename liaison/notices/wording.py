"""The words of this room: why something is refused, and what a notice is called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import topics
from liaison.catalog.vocabulary import Topic
from liaison.notices.models import NoticeTopic
from liaison.notices.vocabulary import NoticeCode

WORDS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        NoticeCode.UNKNOWN_TOPIC: _("Choose one of the topics of the list."),
        NoticeCode.UNKNOWN_INTEGRATION: _("Choose one of the integrations of this account."),
        NoticeCode.UNKNOWN_LANGUAGE: _("Choose one of the languages of the list."),
        NoticeCode.TITLE_NEEDED: _("Say in one line what it is about."),
        NoticeCode.TITLE_UNUSABLE: _("Write one line of at most %(most)s characters."),
        NoticeCode.TEXT_NEEDED: _("Write what you want to tell the partner."),
        NoticeCode.TEXT_TOO_LONG: _("This is longer than %(most)s characters."),
        NoticeCode.TEXT_UNUSABLE: _("This contains a hidden character. Type the text anew, without it."),
        NoticeCode.ALREADY_WITHDRAWN: _("This notice was withdrawn already."),
    }
)

SUBJECTS: Mapping[tuple[NoticeTopic, bool], Promise] = MappingProxyType(
    {
        (NoticeTopic.TECHNICAL_NOTICE, False): _("Technical notice: %(title)s"),
        (NoticeTopic.MERCHANT_ISSUE, False): _("Merchant issue: %(title)s"),
        (NoticeTopic.USER_ESCALATION, False): _("User escalation: %(title)s"),
        (NoticeTopic.TECHNICAL_NOTICE, True): _("Urgent – technical notice: %(title)s"),
        (NoticeTopic.MERCHANT_ISSUE, True): _("Urgent – merchant issue: %(title)s"),
        (NoticeTopic.USER_ESCALATION, True): _("Urgent – user escalation: %(title)s"),
    }
)
"""Subject lines, by topic and urgency."""


def topic_name(topic: str) -> str:
    """Return what the topic is called, in the active language."""
    return topics()[Topic(topic)].name(get_language() or "en")
