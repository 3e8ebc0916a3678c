"""Keeping what readers say about articles. Everybody may, signed in or not, so the sender's address is limited."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction

from liaison.helpcentre.library import articles
from liaison.helpcentre.models import LONGEST_TEXT, Feedback
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.lib.text import nfc

MOST_AN_HOUR: Final = 20
_HOUR: Final = 60 * 60
_TIME_TO_EXPLAIN: Final = timedelta(hours=2)
_SALT: Final = "liaison.helpcentre.feedback"


class FeedbackCode(StrEnum):
    """Why an answer about an article is not kept."""

    TOO_MANY = "feedback_too_many"
    TOO_LONG = "feedback_too_long"
    OVER = "feedback_over"


def give_feedback(*, sender: str, slug: str, language: str, is_helpful: bool, now: datetime) -> str:
    """Keep a yes or no about an article; return a ticket with which the same reader can say more for two hours.

    `sender` is the network address; only a keyed hash of it is counted, for an hour. Raises Missing for an
    unknown article, Conflict for more than 20 answers an hour.
    """
    if slug not in articles():
        raise Missing
    _count(sender)
    with transaction.atomic():
        kept = Feedback.objects.create(article=slug, language=language, is_helpful=is_helpful, created_at=now)
    return signing.dumps(kept.pk, salt=_SALT)


def explain_feedback(*, ticket: str, text: str, now: datetime) -> Feedback:
    """Add what could be better, once. Raises Conflict for a ticket that is used or too old, Invalid for the text."""
    words = nfc(text).replace("\x00", "").strip()
    if len(words) > LONGEST_TEXT:
        raise Invalid((FieldProblem("text", FeedbackCode.TOO_LONG, {"most": LONGEST_TEXT}),))
    try:
        number = signing.loads(ticket, salt=_SALT)
    except signing.BadSignature as error:
        raise Conflict(FeedbackCode.OVER) from error
    with transaction.atomic():
        kept = Feedback.objects.select_for_update().filter(pk=number).first()
        if kept is None or kept.text or now - kept.created_at > _TIME_TO_EXPLAIN:
            raise Conflict(FeedbackCode.OVER)
        kept.text = words
        kept.save(update_fields=["text"])
    return kept


def _count(sender: str) -> None:
    hashed = hmac.new(settings.SECRET_KEY.encode(), sender.encode(), hashlib.sha256).hexdigest()
    key = f"helpcentre:feedback:{hashed[:32]}"
    cache.add(key, 0, _HOUR)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two calls
        count = 1
    if count > MOST_AN_HOUR:
        raise Conflict(FeedbackCode.TOO_MANY)
