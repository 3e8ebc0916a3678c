"""What readers say about articles: keeping it, and dealing with it.

Everybody may say something, signed in or not, so the sender's address is limited.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.helpcentre.access import require_writer
from liaison.helpcentre.letters import SUBJECT_KIND
from liaison.helpcentre.library import article
from liaison.helpcentre.models import LONGEST_TEXT, Feedback
from liaison.helpcentre.vocabulary import FeedbackCode
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.lib.text import nfc
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject

MOST_AN_HOUR: Final = 20
_HOUR: Final = 60 * 60
_TIME_TO_EXPLAIN: Final = timedelta(hours=2)
_SALT: Final = "liaison.helpcentre.feedback"


def give_feedback(*, sender: str, slug: str, language: str, is_helpful: bool, now: datetime) -> str:
    """Keep a yes or no about an article; return a ticket with which the same reader can say more for two hours.

    `sender` is the network address; only a keyed hash of it is counted, for an hour. Raises Missing for an
    unknown article, Conflict for more than 20 answers an hour.
    """
    if article(slug) is None:
        raise Missing
    _count(sender)
    with transaction.atomic():
        kept = Feedback.objects.create(article=slug, language=language, is_helpful=is_helpful, created_at=now)
    return signing.dumps(kept.pk, salt=_SALT)


def explain_feedback(*, ticket: str, text: str, asker: Identity | None = None, now: datetime) -> Feedback:
    """Add what could be better, once. `asker` is somebody signed in who wants an answer to what they write.

    Raises Conflict for a ticket that is used or too old, Invalid for the text.
    """
    words = _kept(text, "text")
    if asker is not None and not words:
        raise Invalid((FieldProblem("text", FeedbackCode.EMPTY),))
    try:
        number = signing.loads(ticket, salt=_SALT)
    except signing.BadSignature as error:
        raise Conflict(FeedbackCode.OVER) from error
    with transaction.atomic():
        kept = Feedback.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if kept is None or kept.text or kept.dealt_at or now - kept.created_at > _TIME_TO_EXPLAIN:
            raise Conflict(FeedbackCode.OVER)
        kept.text = words
        kept.identity, kept.wants_answer = asker, asker is not None
        kept.save(update_fields=["text", "identity", "wants_answer"])
    return kept


def deal_with_feedback(
    *, actor: Actor, feedback: Feedback, note: str = "", answer: str = "", now: datetime
) -> Feedback:
    """Mark what a reader said as dealt with, with a note for the staff; mail an answer to who asked for one.

    Raises Missing, Forbidden, Conflict where somebody was faster or nobody can be answered, Invalid for what is too
    long.
    """
    with transaction.atomic():
        require_writer(actor)
        kept_note, kept_answer = _kept(note, "note"), _kept(answer, "answer")
        current = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
        if current.dealt_at is not None:
            raise Conflict(FeedbackCode.DEALT_WITH)
        asker = _asker(current)
        if kept_answer and asker is None:
            raise Conflict(FeedbackCode.NOBODY_ASKED)
        current.dealt_at, current.dealt_by = now, actor if isinstance(actor, Identity) else None
        current.note, current.answer = kept_note, kept_answer
        current.save(update_fields=["dealt_at", "dealt_by", "note", "answer"])
        record(
            Happened.HELP_FEEDBACK_ANSWERED,
            actor=actor.audit_ref,
            subject=current.subject_ref,
            account_id=asker.account.pk if asker else None,
            facts={"article": current.article, "answered": bool(kept_answer)},
            now=now,
        )
        if asker is not None and kept_answer:
            announce((Topic.ACCOUNT_MAIL,), Subject(SUBJECT_KIND, str(current.pk), asker.account.pk), now=now)
    return current


def _asker(feedback: Feedback) -> Identity | None:
    """Return who asked for an answer, if they are still a user who reads mail."""
    if not feedback.wants_answer or feedback.identity_id is None:
        return None
    people = Identity.objects.with_account().filter(pk=feedback.identity_id, suspended_at=None).exclude(mailbox="")
    return people.first()


def _kept(text: str, field: str) -> str:
    words = nfc(text).replace("\x00", "").strip()
    if len(words) > LONGEST_TEXT:
        raise Invalid((FieldProblem(field, FeedbackCode.TOO_LONG, {"most": LONGEST_TEXT}),))
    return words


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
