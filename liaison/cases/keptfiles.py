"""What is read of files, until `files.reading` is there."""

from __future__ import annotations

from collections.abc import Iterator

from liaison.files.models import StoredFile


def texts_of(_file: StoredFile) -> Iterator[tuple[str, str]]:
    return iter(())
