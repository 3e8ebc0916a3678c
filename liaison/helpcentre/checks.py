"""The boot check: every article is there in every language, with the same sections and a date."""

from __future__ import annotations

from pathlib import Path

from django.core.checks import CheckMessage, Error

from liaison.helpcentre.shipped import FOLDER, LibraryError, read_articles


def check_articles(**_: object) -> list[CheckMessage]:
    return article_errors(FOLDER)


def article_errors(folder: Path) -> list[CheckMessage]:
    """Return an error for each mistake in a folder of articles; `obj` is `file:line`."""
    try:
        read_articles(folder)
    except LibraryError as error:
        return [Error(message, obj=place, id="helpcentre.E001") for place, message in error.problems]
    return []
