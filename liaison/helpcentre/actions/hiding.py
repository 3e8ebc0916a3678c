"""Hiding: a shipped article that does not fit the operator is taken from readers as a whole, and brought back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.helpcentre.access import entry_for
from liaison.helpcentre.actions.writing import locked_entry
from liaison.helpcentre.index import index_article
from liaison.helpcentre.library import article
from liaison.helpcentre.models import ArticleEntry
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.vocabulary import HelpCode
from liaison.lib.languages import CODES
from liaison.lib.refusals import Conflict


def hide_article(*, actor: Actor, slug: str, now: datetime) -> ArticleEntry:
    """Let readers find a shipped article nowhere: not in the list, by search, as a suggestion or by its address.

    One person is enough, as for `withdraw_article`. Texts can be written on meanwhile. Raises Missing, Forbidden, and
    Conflict for an own article, whose texts are taken back one by one, and for one that is hidden already.
    """
    return _turn(actor, slug, now, hidden_at=now)


def show_article(*, actor: Actor, slug: str, now: datetime) -> ArticleEntry:
    """Bring a hidden article back as it would be now. Raises Missing, Forbidden, Conflict."""
    return _turn(actor, slug, now, hidden_at=None)


def _turn(actor: Actor, slug: str, now: datetime, *, hidden_at: datetime | None) -> ArticleEntry:
    with transaction.atomic():
        entry_for(actor, slug)
        if slug not in shipped():
            raise Conflict(HelpCode.NOT_SHIPPED)
        entry = locked_entry(actor, slug, now)
        if (entry.hidden_at is None) == (hidden_at is None):
            raise Conflict(HelpCode.NOT_HIDDEN if hidden_at is None else HelpCode.HIDDEN_ALREADY)
        entry.hidden_at = hidden_at
        entry.save(update_fields=["hidden_at"])
        index_article(slug, article(slug), CODES)
        happened = Happened.ARTICLE_SHOWN if hidden_at is None else Happened.ARTICLE_HIDDEN
        record(happened, actor=actor.audit_ref, subject=entry.subject_ref, now=now)
    return entry
