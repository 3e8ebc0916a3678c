"""Adding a picture to an article. What it shows, each language says in its own text."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO, Final

from django.db import transaction

from liaison.accounts import queries
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.files.actions import keep_file, use_files
from liaison.files.vocabulary import Purpose
from liaison.helpcentre.access import entry_for
from liaison.helpcentre.measuring import size_of
from liaison.helpcentre.models import ArticleEntry, Picture
from liaison.helpcentre.vocabulary import HelpCode
from liaison.lib.refusals import FieldProblem, Invalid, Missing

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
