"""Files leave as nothing but files: for saving, never to be rendered, and only what the scanner lets go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.message import Message

import pytest
from django.conf import LazySettings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from liaison.accounts.testing import Cast
from liaison.files.codes import FileCode
from liaison.files.models import StoredFile
from liaison.files.names import MOST_CHARACTERS, clean_name
from liaison.files.serving import disposition, file_response, picture_response
from liaison.files.testing import make_file, png
from liaison.files.vocabulary import Purpose, ScanState
from liaison.lib.refusals import Missing
from liaison.web import wording

TEXT = bytes(range(32, 127)) * 10


def serve(file: StoredFile, **headers: str) -> HttpResponseBase:
    return file_response(RequestFactory(headers=headers).get("/"), file)


def body_of(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        body = b"".join(cast_to_bytes(response.streaming_content))
        for close in response._resource_closers:  # type: ignore[attr-defined]  # a whole close would end the database's
            close()
        return body
    return response.content if isinstance(response, HttpResponse) else b""


def cast_to_bytes(blocks: object) -> Iterator[bytes]:
    yield from blocks  # type: ignore[misc]  # of one kind


def test_a_file_is_for_saving_and_nothing_else(cast: Cast, now: datetime) -> None:
    response = serve(make_file(cast.owner, now, name="한국 \u202egnp.txt", content=TEXT))
    assert body_of(response) == TEXT
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=\"__ gnp.txt\"; filename*=UTF-8''%ED%95%9C")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(len(TEXT))


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, TEXT[:10]),
        ("bytes=900-", 206, TEXT[900:]),
        ("bytes=-10", 206, TEXT[-10:]),
        ("bytes=-99999", 200, TEXT),
        ("bytes=5-99999999", 206, TEXT[5:]),
        ("bytes=0-1,5-6", 200, TEXT),
        ("lines=1-2", 200, TEXT),
        ("bytes=950-", 416, b""),
        ("bytes=9-2", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=99999999999999999999-", 200, TEXT),
    ],
)
def test_a_part_of_a_large_file_can_be_asked_for(
    cast: Cast, now: datetime, asked: str, status: int, part: bytes
) -> None:
    response = serve(make_file(cast.owner, now, content=TEXT), Range=asked)
    assert (response.status_code, body_of(response)) == (status, part)


def test_where_scanning_is_on_only_what_is_clean_leaves(cast: Cast, now: datetime, settings: LazySettings) -> None:
    """Fail closed: scanner down means held, not served."""
    file = make_file(cast.owner, now)
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    for state, code in (
        (ScanState.NOT_SCANNED, FileCode.HELD),
        (ScanState.INFECTED, FileCode.FOUND_INFECTED),
        (ScanState.TOO_LARGE, FileCode.NOT_SCANNED_TOO_LARGE),
    ):
        file.scan_state = state
        request = RequestFactory().get("/")
        request.user = cast.owner
        response = file_response(request, file)
        assert response.status_code == 409
        assert wording.text(code) in body_of(response).decode()
    file.scan_state = ScanState.CLEAN
    assert body_of(serve(file)) == b"It stopped at noon.\n"


def test_what_is_infected_never_leaves_also_when_scanning_was_turned_off(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now)
    file.scan_state = ScanState.INFECTED
    request = RequestFactory().get("/")
    request.user = cast.owner
    assert file_response(request, file).status_code == 409


def test_what_was_removed_is_not_there(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now)
    file.removed_at = now
    with pytest.raises(Missing):
        serve(file)


def test_a_picture_of_an_article_is_shown_and_kept_by_browsers(cast: Cast, now: datetime) -> None:
    request = RequestFactory().get("/")
    picture = make_file(cast.agent, now, name="a.png", content=png(), purpose=Purpose.HELP_PICTURE)
    response = picture_response(request, picture)
    assert (response["Content-Type"], response["Content-Disposition"]) == ("image/png", "inline")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body_of(response) == png()
    with pytest.raises(Missing):
        picture_response(request, make_file(cast.owner, now, name="a.png", content=png()))


@given(name=st.text(st.characters(exclude_categories=()), max_size=300))
def test_no_name_breaks_a_header_or_a_path(name: str) -> None:
    """CR, LF, NUL and U+2028 in file names (threat list)."""
    kept = clean_name(name)
    assert 0 < len(kept) <= MOST_CHARACTERS
    assert len(kept.encode()) <= 255
    assert kept == kept.strip(". ")
    assert not any(character in kept for character in '/\\<>:"|?*\r\n\x00\u2028\u2029\u202e\u2066')
    assert clean_name(kept) == kept
    header = disposition(kept)
    assert header.isascii()
    assert header.isprintable()
    parsed = Message()
    parsed["Content-Disposition"] = header
    assert parsed.get_content_disposition() == "attachment"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\report.pdf", "report.pdf"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("report.pdf. . ", "report.pdf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\r\nb.txt", "a b.txt"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".PDF", "x" * 116 + ".pdf"),
        ("한국어 화면.png", "한국어 화면.png"),
    ],
)
def test_a_name_is_cleaned_and_keeps_its_ending(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept
