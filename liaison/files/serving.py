"""Giving a file out. Only for views that have checked that the reader may have it: nothing here asks who it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO, Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from liaison.files import kinds, scanning, storage
from liaison.files.codes import FileCode
from liaison.files.models import StoredFile
from liaison.files.names import clean_name
from liaison.files.vocabulary import Purpose, ScanState
from liaison.lib.refusals import Missing
from liaison.web import wording
from liaison.web.pages import render_page

_SANDBOX: Final = "sandbox; default-src 'none'"
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_NOT_IN_A_QUOTED_NAME: Final = re.compile(r"[^\x20-\x7e]|[\"\\%;]")
_OF_TEXT: Final = frozenset({kinds.TEXT.content_type, kinds.MAIL.content_type})


def file_response(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Return the content for saving, whole or the range asked for, in bounded memory.

    Raises Missing where it was removed. A file that the scanner holds back gets a page that says so (409).
    """
    if file.removed_at is not None:
        raise Missing
    if not scanning.may_be_given_out(file):
        return _held(request, file)
    shared = {
        "Content-Disposition": disposition(file.name),
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
    }
    return _content(request, file, shared)


def picture_response(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Return a picture of a help article to be shown in its page and kept for ever: its address never changes.

    Raises Missing for anything that is not such a picture, was removed, or is held back by the scanner.
    """
    is_picture = file.purpose == Purpose.HELP_PICTURE and file.content_type.startswith("image/")
    if not is_picture or file.removed_at is not None or not scanning.may_be_given_out(file):
        raise Missing
    shared = {
        "Content-Disposition": "inline",
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return _content(request, file, shared)


def disposition(name: str) -> str:
    """Return the header for saving under a name: plain letters for old readers, and all of it (RFC 6266, RFC 8187)."""
    safe = clean_name(name)
    plain = _NOT_IN_A_QUOTED_NAME.sub("_", safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def served_type(file: StoredFile) -> str:
    """Return the content type that browsers hear: every text is plain text to them."""
    if file.content_type in _OF_TEXT:
        return "text/plain; charset=utf-8"
    return file.content_type


@dataclass(frozen=True)
class _Part:
    """Bytes `start` to `end`, half open."""

    start: int
    end: int


def _content(request: HttpRequest, file: StoredFile, headers: Mapping[str, str]) -> HttpResponseBase:
    known = {"X-Content-Type-Options": "nosniff", **headers}
    part = _part_of(request.headers.get("Range", ""), file.size)
    if part is None:
        known["Content-Range"] = f"bytes */{file.size}"
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=known)
    known["Content-Length"] = str(part.end - part.start)
    status = HTTPStatus.OK
    if (part.start, part.end) != (0, file.size):
        status = HTTPStatus.PARTIAL_CONTENT
        known["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.size}"
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=served_type(file), headers=known)
    try:
        content = storage.open_content(file.storage_name)
    except FileNotFoundError as problem:
        raise Missing from problem
    streamed = _streamed(content, part)
    response = StreamingHttpResponse(streamed, status=status, content_type=served_type(file), headers=known)
    response._resource_closers.append(content.close)  # type: ignore[attr-defined]  # noqa: SLF001  # as FileResponse does
    return response


def _part_of(asked: str, size: int) -> _Part | None:
    """Return what a Range header asks for: all where it says nothing that counts, None where it lies beyond the end."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found[1] == found[2] == "":
        return _Part(0, size)
    if not found[1]:
        return _Part(max(0, size - int(found[2])), size) if int(found[2]) else None
    start = int(found[1])
    end = min(size, int(found[2]) + 1) if found[2] else size
    return _Part(start, end) if start < end else None


def _streamed(content: BinaryIO, part: _Part) -> Iterator[bytes]:
    content.seek(part.start)
    yield from storage.blocks_of(content, part.end - part.start)


def _held(request: HttpRequest, file: StoredFile) -> HttpResponse:
    code = {
        ScanState.INFECTED.value: FileCode.FOUND_INFECTED,
        ScanState.TOO_LARGE.value: FileCode.NOT_SCANNED_TOO_LARGE,
    }.get(file.scan_state, FileCode.HELD)
    context = {"file": file, "reason": wording.text(code), "is_waiting": code is FileCode.HELD}
    return render_page(request, "files/held.html", context, status=HTTPStatus.CONFLICT)
