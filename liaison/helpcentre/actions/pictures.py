"""The pictures that staff add to an article, and remove. What one shows, each language says in its own text."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, Final

from django.db import transaction
from django.db.models import Q

from liaison.accounts import queries
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.files.actions import keep_file, remove_content, use_files
from liaison.files.vocabulary import Purpose
from liaison.helpcentre.access import entry_for, picture_for
from liaison.helpcentre.measuring import size_of
from liaison.helpcentre.models import ArticleEntry, Picture, Version
from liaison.helpcentre.rendering import PICTURE
from liaison.helpcentre.vocabulary import OPEN_STATES, HelpCode, VersionState
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing

LARGEST_PICTURE: Final = 2 * 1024 * 1024
"""Bytes of a picture. People read on phones, too."""
MOST_PIXELS: Final = 4_000
"""Pixels of its longer side: a browser takes four bytes of memory for each."""
_HEAD: Final = 256 * 1024


def add_picture(*, actor: Identity, slug: str, name: str, size: int, content: BinaryIO, now: datetime) -> Picture:
    """Keep a picture (PNG, JPEG or WebP) for the texts of an article. Raises Missing, Forbidden, Invalid."""
    entry = entry_for(actor, slug)
    operator = queries.operator()
    if operator is None:
        raise Missing
    if size > LARGEST_PICTURE:
        raise _refused(HelpCode.PICTURE_SIZE, largest=LARGEST_PICTURE // (1024 * 1024), pixels=MOST_PIXELS)
    width, height = _measured(content)
    # Kept first: what nobody refers to in the end is removed after a day.
    kept = keep_file(actor=actor, purpose=Purpose.HELP_PICTURE, account=operator, name=name, content=content, now=now)
    with transaction.atomic():
        use_files(actor=actor, public_ids=[kept.public_id], now=now)
        if entry is None:
            values = {"is_own": False, "created_at": now, "created_by": actor}
            entry, _is_new = ArticleEntry.objects.get_or_create(slug=slug, defaults=values)
        picture = Picture.objects.create(
            article=entry, file=kept, width=width, height=height, added_at=now, added_by=actor
        )
        facts = {"picture": picture.public_id}
        record(Happened.ARTICLE_DRAFTED, actor=actor.audit_ref, subject=entry.subject_ref, facts=facts, now=now)
    return picture


def remove_picture(*, actor: Identity, public_id: str, now: datetime) -> None:
    """Remove a picture for ever that no draft and no published text shows; older versions then show its words.

    Raises Missing, Forbidden, Conflict where a text still shows it.
    """
    with transaction.atomic():
        picture = picture_for(actor, public_id)
        # Whoever saves a text of the article holds it, so that none begins to show the picture meanwhile.
        entry = ArticleEntry.objects.select_for_update().get(pk=picture.article_id)
        if is_shown(picture):
            raise Conflict(HelpCode.PICTURE_IN_USE)
        file = picture.file
        picture.delete()
        remove_content(file=file, now=now)
        facts = {"picture": public_id}
        record(Happened.ARTICLE_PICTURE_REMOVED, actor=actor.audit_ref, subject=entry.subject_ref, facts=facts, now=now)


def is_shown(picture: Picture) -> bool:
    """Say whether a draft or a published text shows it, of any article."""
    name = f"{PICTURE}{picture.public_id}"
    return Version.objects.filter(
        Q(body__contains=name) | Q(lead__contains=name), state__in=(*OPEN_STATES, VersionState.PUBLISHED)
    ).exists()


def _measured(content: BinaryIO) -> tuple[int, int]:
    head = content.read(_HEAD)
    content.seek(0)
    size = size_of(head)
    if size is None:
        raise _refused(HelpCode.PICTURE_KIND)
    if max(size) > MOST_PIXELS:
        raise _refused(HelpCode.PICTURE_SIZE, largest=LARGEST_PICTURE // (1024 * 1024), pixels=MOST_PIXELS)
    return size


def _refused(code: HelpCode, **facts: object) -> Invalid:
    return Invalid((FieldProblem("picture", code, facts),))
