"""Run by `pdfs` as a process of its own: a PDF comes in, a line of JSON goes out for each text, [place, text].

It ends with 0 where all was read, with 3 where something was not; the limits that it gives itself end it otherwise.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

SECONDS = 3
MEMORY = 512 * 1024 * 1024
MOST_PAGES = 2_000
_NOT_ALL = 3


def main(most: int) -> int:
    """Write the texts of the file on standard input, `most` characters of them; return the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)  # it has an opinion about nearly every file
    is_whole = True
    for place, text in _texts(PdfReader(io.BytesIO(sys.stdin.buffer.read()))):
        is_whole = is_whole and bool(text.strip())
        print(json.dumps([place, text[:most]]), flush=True)  # noqa: T201  # this is the way back
        most -= len(text)
        if most <= 0:
            return _NOT_ALL
    return 0 if is_whole else _NOT_ALL


def _texts(reader: PdfReader) -> Iterator[tuple[str, str]]:
    if reader.is_encrypted:
        reader.decrypt("")  # many are locked against changes alone; the others fail below
    for name, value in (reader.metadata or {}).items():
        if str(value).strip():
            yield str(name).lstrip("/"), str(value)
    for name, field in (reader.get_fields() or {}).items():
        value = field.get("/V")
        if isinstance(value, str) and value.strip():
            yield str(name)[:200], f"{name}: {value}"
    for number, page in enumerate(reader.pages, start=1):
        yield f"page {number}", page.extract_text()
        for comment in _comments(page):
            yield f"page {number}", comment
        if number >= MOST_PAGES:
            raise SystemExit(_NOT_ALL)


def _comments(page: Any) -> Iterator[str]:
    for reference in page.get("/Annots") or ():
        words = reference.get_object().get("/Contents")
        if isinstance(words, str) and words.strip():
            yield words


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1])))
