"""Reviewing: ask for it, send a text back, publish it, and take a published one back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.helpcentre.access import entry_for, language_of, may_publish, require_writer
from liaison.helpcentre.checking import problems_of
from liaison.helpcentre.index import index_article
from liaison.helpcentre.library import article
from liaison.helpcentre.models import LONGEST_NOTE, Version
from liaison.helpcentre.vocabulary import HelpCode, VersionState
from liaison.helpcentre.words import Words
from liaison.lib.refusals import Conflict, FieldProblem, Forbidden, Invalid
from liaison.lib.text import one_line


def ask_for_review(*, actor: Actor, version: Version, now: datetime) -> Version:
    """Hand a draft to the other writers. Raises Missing, Forbidden, Conflict, and Invalid with all that is wrong."""
    with transaction.atomic():
        current = _locked(actor, version)
        if current.state != VersionState.DRAFT:
            raise Conflict(HelpCode.NOT_A_DRAFT)
        _refuse_unfinished(current)
        current.state = VersionState.IN_REVIEW
        current.revision += 1
        current.save(update_fields=["state", "revision"])
        _note(Happened.ARTICLE_REVIEW_ASKED, current, actor, now)
    return current


def send_back(*, actor: Actor, version: Version, note: str, now: datetime) -> Version:
    """Make a text that waits for its review a draft again, with a word why; its writer may do it too.

    Raises Missing, Forbidden, Conflict, Invalid.
    """
    with transaction.atomic():
        current = _locked(actor, version)
        if current.state != VersionState.IN_REVIEW:
            raise Conflict(HelpCode.NOT_IN_REVIEW)
        words = one_line(note)
        if len(words) > LONGEST_NOTE:
            raise Invalid((FieldProblem("note", HelpCode.TOO_LONG, {"most": LONGEST_NOTE}),))
        current.state, current.review_note = VersionState.DRAFT, words
        current.reviewed_by = actor if isinstance(actor, Identity) else None
        current.revision += 1
        current.save(update_fields=["state", "review_note", "reviewed_by", "revision"])
        _note(Happened.ARTICLE_SENT_BACK, current, actor, now)
    return current


def publish_version(*, actor: Actor, version: Version, now: datetime) -> Version:
    """Show a reviewed text to readers, in place of the one before, and index it.

    Raises Missing, Forbidden (with the code OWN_TEXT for who wrote it, where somebody else could publish it),
    Conflict, and Invalid where a link leads nowhere any more.
    """
    with transaction.atomic():
        current = _locked(actor, version)
        if current.state != VersionState.IN_REVIEW or current.revision != version.revision:
            raise Conflict(HelpCode.NOT_IN_REVIEW)
        if not may_publish(actor, current):
            raise Forbidden(HelpCode.OWN_TEXT)
        _refuse_unfinished(current)
        _siblings(current).filter(state=VersionState.PUBLISHED).update(state=VersionState.REPLACED)
        current.state, current.published_at = VersionState.PUBLISHED, now
        current.reviewed_by = actor if isinstance(actor, Identity) else None
        current.save(update_fields=["state", "published_at", "reviewed_by"])
        index_article(current.article.slug, article(current.article.slug), [current.language])
        _note(Happened.ARTICLE_PUBLISHED, current, actor, now)
    return current


def withdraw_article(*, actor: Actor, slug: str, language: str, now: datetime) -> Version:
    """Take the operator's published text back: readers see the shipped one again, of an own article none.

    One person is enough: it must be quick, and shows nothing that nobody reviewed. Raises Missing, Forbidden, Conflict.
    """
    with transaction.atomic():
        entry_for(actor, slug)
        kept = Version.objects.select_for_update(of=("self",)).select_related("article")
        wanted = {"article__slug": slug, "language": language_of(language), "state": VersionState.PUBLISHED}
        current = kept.filter(**wanted).first()
        if current is None:
            raise Conflict(HelpCode.NOT_PUBLISHED)
        current.state = VersionState.WITHDRAWN
        current.save(update_fields=["state"])
        index_article(slug, article(slug), [language])
        _note(Happened.ARTICLE_WITHDRAWN, current, actor, now)
    return current


def _locked(actor: Actor, version: Version) -> Version:
    require_writer(actor)
    return Version.objects.select_for_update(of=("self",)).select_related("article").get(pk=version.pk)


def _siblings(version: Version) -> QuerySet[Version]:
    return Version.objects.filter(article=version.article_id, language=version.language)


def _refuse_unfinished(version: Version) -> None:
    words = Words(version.title, version.lead, version.body, tuple(version.keywords), version.note)
    if problems := problems_of(words, version.article.slug, version.language):
        raise Invalid(problems)


def _note(happened: Happened, version: Version, actor: Actor, now: datetime) -> None:
    facts = {"language": version.language, "number": version.number}
    record(happened, actor=actor.audit_ref, subject=version.article.subject_ref, facts=facts, now=now)
