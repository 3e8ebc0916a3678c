"""Names and slugs as they are typed: cleaned, or refused with the field that is wrong."""

from __future__ import annotations

import re
from typing import Final

from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.refusals import FieldProblem, Invalid

LONGEST_SLUG: Final = 63
LONGEST_REASON: Final = 500
_SLUG: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", re.ASCII)


def clean_name(name: str, *, longest: int, field: str = "name") -> str:
    """Return the name in one line, without spaces around it. Raises Invalid when it is empty or unusable."""
    problem = FieldProblem(field, IntegrationCode.NAME_UNUSABLE, {"longest": longest})
    try:
        cleaned = clean_line(name, longest)
    except LineError as error:
        raise Invalid((problem,)) from error
    if not cleaned:
        raise Invalid((problem,))
    return cleaned


def clean_slug(slug: str, *, field: str = "slug") -> str:
    """Return the slug, lower case, or raise Invalid."""
    cleaned = slug.strip().lower()
    if len(cleaned) > LONGEST_SLUG or not _SLUG.fullmatch(cleaned):
        raise Invalid((FieldProblem(field, IntegrationCode.SLUG_UNUSABLE),))
    return cleaned


def clean_reason(reason: str, *, field: str = "reason") -> str:
    """Return somebody's own words in one line, empty where nothing was said. Raises Invalid when they are too long."""
    try:
        return clean_line(" ".join(reason.split()), LONGEST_REASON)
    except LineError as error:
        problem = FieldProblem(field, IntegrationCode.REASON_UNUSABLE, {"longest": LONGEST_REASON})
        raise Invalid((problem,)) from error
