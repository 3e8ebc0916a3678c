"""Writing: begin an article, save a draft, give one up, and set the order of the list."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.helpcentre.access import entry_for, language_of, require_writer
from liaison.helpcentre.checking import too_long
from liaison.helpcentre.library import articles, in_order
from liaison.helpcentre.models import LONGEST_SLUG, ArticleEntry, Version
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.vocabulary import OPEN_STATES, HelpCode, VersionState
from liaison.helpcentre.words import Words
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing

NOTHING_YET: Final = "0.0"
"""The stamp of a text of which no version is kept."""
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# These are addresses of the help centre itself.
_RESERVED: Final = frozenset({"pictures", "new"})


def create_article(*, actor: Actor, slug: str, now: datetime) -> ArticleEntry:
    """Begin an article of the operator's own under an address of its own. Raises Missing, Forbidden, Invalid."""
    with transaction.atomic():
        require_writer(actor)
        key = slug.strip().lower()
        if not _SLUG.fullmatch(key) or len(key) > LONGEST_SLUG or key in _RESERVED:
            raise Invalid((FieldProblem("slug", HelpCode.SLUG_FORM, {"most": LONGEST_SLUG}),))
        entry, is_new = ArticleEntry.objects.get_or_create(
            slug=key, defaults={"is_own": True, "created_at": now, "created_by": _person(actor)}
        )
        if not is_new or key in shipped():
            raise Invalid((FieldProblem("slug", HelpCode.SLUG_TAKEN),))
        record(Happened.ARTICLE_DRAFTED, actor=actor.audit_ref, subject=entry.subject_ref, now=now)
    return entry


def save_draft(*, actor: Actor, slug: str, language: str, words: Words, expected: str, now: datetime) -> Version:
    """Keep what a writer wrote, whole or not; begin a new version where none is being written.

    `expected` is the stamp (`Version.stamp`) of the newest version that the writer saw, "0.0" for none. Raises
    Missing, Forbidden, Invalid for what is too long, and Conflict where somebody saved meanwhile (facts: `who`, `at`)
    or the text is in review.
    """
    with transaction.atomic():
        entry = locked_entry(actor, slug, now)
        kept = words.clean()
        if problems := too_long(kept):
            raise Invalid(problems)
        newest = entry.versions.filter(language=language_of(language)).order_by("-number").first()
        _refuse_stale(newest, expected)
        if newest is not None and newest.state in OPEN_STATES:
            return _change(newest, kept, actor, now)
        version = _begin(entry, language, kept, actor=actor, number=(newest.number if newest else 0) + 1, now=now)
        facts = {"language": language, "number": version.number}
        record(Happened.ARTICLE_DRAFTED, actor=actor.audit_ref, subject=entry.subject_ref, facts=facts, now=now)
    return version


def discard_draft(*, actor: Actor, version: Version, now: datetime) -> Version:
    """Give a draft up; it stays in the history. Raises Missing, Forbidden, Conflict."""
    with transaction.atomic():
        require_writer(actor)
        current = Version.objects.select_for_update(of=("self",)).select_related("article").get(pk=version.pk)
        if current.state not in OPEN_STATES:
            raise Conflict(HelpCode.NOT_A_DRAFT)
        current.state = VersionState.WITHDRAWN
        current.save(update_fields=["state"])
        facts = {"language": current.language, "number": current.number, "draft": True}
        subject = current.article.subject_ref
        record(Happened.ARTICLE_WITHDRAWN, actor=actor.audit_ref, subject=subject, facts=facts, now=now)
    return current


def move_article(*, actor: Actor, slug: str, by: int, now: datetime) -> None:
    """Move an article up (`by` -1) or down (1) in the list. At the end of the list nothing happens.

    Raises Missing, Forbidden.
    """
    with transaction.atomic():
        require_writer(actor)
        slugs = in_order(articles(with_hidden=True))
        if slug not in slugs:
            raise Missing
        place = slugs.index(slug)
        other = place + (1 if by > 0 else -1)
        if not 0 <= other < len(slugs):
            return
        slugs[place], slugs[other] = slugs[other], slugs[place]
        entries = {one.slug: one for one in ArticleEntry.objects.select_for_update().order_by("pk")}
        for number, key in enumerate(slugs):
            _place(entries.get(key), key, number * 10, actor, now)
        subject = ArticleEntry.objects.get(slug=slug).subject_ref
        facts = {"position": [place, other]}
        record(Happened.ARTICLE_MOVED, actor=actor.audit_ref, subject=subject, facts=facts, now=now)


def _place(entry: ArticleEntry | None, slug: str, position: int, actor: Actor, now: datetime) -> None:
    if entry is None:
        ArticleEntry.objects.create(
            slug=slug, is_own=False, position=position, created_at=now, created_by=_person(actor)
        )
    elif entry.position != position:
        entry.position = position
        entry.save(update_fields=["position"])


def locked_entry(actor: Actor, slug: str, now: datetime) -> ArticleEntry:
    """Return what is kept of the article, locked: one writer after the other."""
    if entry_for(actor, slug) is None:
        defaults = {"is_own": False, "created_at": now, "created_by": _person(actor)}
        ArticleEntry.objects.get_or_create(slug=slug, defaults=defaults)
    return ArticleEntry.objects.select_for_update(of=("self",)).get(slug=slug)


def _refuse_stale(newest: Version | None, expected: str) -> None:
    if newest is None:
        return
    if newest.stamp != expected:
        raise Conflict(HelpCode.CHANGED_MEANWHILE, who=newest.by.name if newest.by else "", at=newest.saved_at)
    if newest.state == VersionState.IN_REVIEW:
        raise Conflict(HelpCode.IN_REVIEW)


def _change(version: Version, words: Words, actor: Actor, now: datetime) -> Version:
    if words == Words(version.title, version.lead, version.body, tuple(version.keywords), version.note):
        return version
    person = _person(actor)
    version.title, version.lead, version.body = words.title, words.lead, words.body
    version.keywords, version.note = list(words.keywords), words.note
    version.revision, version.by, version.saved_at = version.revision + 1, person, now
    if person is not None and person.pk not in version.writers:
        version.writers = [*version.writers, person.pk]
    version.save()
    return version


def _begin(entry: ArticleEntry, language: str, words: Words, *, actor: Actor, number: int, now: datetime) -> Version:
    ships, person = shipped().get(entry.slug), _person(actor)
    return Version.objects.create(
        article=entry,
        language=language,
        number=number,
        title=words.title,
        lead=words.lead,
        body=words.body,
        keywords=list(words.keywords),
        note=words.note,
        shipped=ships.texts[language].fingerprint if ships else "",
        by=person,
        writers=[person.pk] if person else [],
        created_at=now,
        saved_at=now,
    )


def _person(actor: Actor) -> Identity | None:
    return actor if isinstance(actor, Identity) else None
