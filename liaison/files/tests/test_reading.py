"""What stands in files is found, in places that people find again, within a budget."""

from __future__ import annotations

import io
import json
import re
import time
import zlib
from contextlib import suppress
from datetime import datetime

import pytest
from django.core.files.base import File

from liaison.accounts.testing import Cast
from liaison.files.models import StoredFile
from liaison.files.reading import MOST_READ, is_read, texts_of
from liaison.files.storage import files_storage, keep, open_content
from liaison.files.testing import make_file, png, zipped
from liaison.files.unread import NotRead, StorageAway
from liaison.lib.personal import PersonalKind, find

HAR = {
    "log": {
        "entries": [
            {
                "request": {
                    "url": "https://a.test/?mail=a@b.test",
                    "headers": [{"name": "Authorization", "value": "Bearer secret"}],
                    "cookies": [{"name": "session", "value": "abc", "httpOnly": True}],
                    "postData": {"text": "card=4111111111111111"},
                }
            }
        ]
    }
}
DOCUMENT = {
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": "<w:p><w:r><w:t>a@b</w:t></w:r><w:r><w:t>.test &amp; co</w:t></w:r></w:p><w:p>next</w:p>",
    "word/styles.xml": "<w:styles>not this</w:styles>",
}


def read(cast: Cast, now: datetime, name: str, content: bytes) -> dict[str, str]:
    return dict(texts_of(make_file(cast.owner, now, name=name, content=content)))


def read_in_part(file: StoredFile) -> list[tuple[str, str]]:
    """Return what is read of a file that cannot be read to its end."""
    found = list[tuple[str, str]]()
    try:
        for one in texts_of(file):
            found.append(one)
    except NotRead:
        return found
    pytest.fail("all of it was read")


def a_pdf(*pages: str, more: bytes = b"") -> bytes:
    """Return a PDF with a page for each text; `more` goes into its catalog."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % more,
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        drawn = b"BT /F1 12 Tf 72 700 Td (%b) Tj ET" % text.encode()
        resources = b"/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(b"<</Type/Page/Parent 2 0 R%b/Contents %d 0 R>>" % (resources, 5 + 2 * number))
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn))
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj%bendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, b"".join(places))
    return body + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))


def test_a_har_is_read_with_its_headers_cookies_and_bodies(cast: Cast, now: datetime) -> None:
    """D9: tokens and cookies in a HAR."""
    found = read(cast, now, "a.har", json.dumps(HAR).encode())
    request = "log.entries[0].request"
    assert found[f"{request}.headers[0].Authorization"] == "Authorization: Bearer secret"
    assert found[f"{request}.cookies[0].session"] == "Cookie: session=abc"
    assert found[f"{request}.postData.text"] == '"text": "card=4111111111111111"'
    assert "a@b.test" in found[f"{request}.url"]


def test_in_json_a_key_tells_what_its_value_is(cast: Cast, now: datetime) -> None:
    """D9: a password is nothing without the word before it, and tables are keyed by addresses."""
    content = {"db": {"password": "correct-horse-7"}, "guests": {"hanna@customer.kr": {"nights": 3}}, "n": [1, "two"]}
    texts = [
        text
        for _place, text in texts_of(make_file(cast.owner, now, name="a.json", content=json.dumps(content).encode()))
    ]
    assert [one.kind for text in texts for one in find(text)] == [PersonalKind.TOKEN, PersonalKind.E_MAIL]
    cookies = {"cookies": [{"name": "sid", "value": "k3v9x2m7q1"}]}
    texts = [
        text
        for _place, text in texts_of(make_file(cast.owner, now, name="b.har", content=json.dumps(cookies).encode()))
    ]
    assert [one.kind for text in texts for one in find(text)] == [PersonalKind.COOKIE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp949"])
def test_a_log_is_read_by_its_lines_whatever_the_encoding(cast: Cast, now: datetime, encoding: str) -> None:
    lines = "\n".join(f"줄 {number}" for number in range(450))
    found = read(cast, now, "a.log", lines.encode(encoding))
    assert list(found) == ["line 1", "line 201", "line 401"]
    assert found["line 401"].startswith("줄 400")


def test_a_document_is_read_without_its_tags(cast: Cast, now: datetime) -> None:
    assert read(cast, now, "a.docx", zipped(DOCUMENT)) == {"word/document.xml": "a@b.test & co\nnext\n"}


def test_a_mail_and_a_zip_file_are_read(cast: Cast, now: datetime) -> None:
    mail = b"From: a@b.test\r\nContent-Type: text/html\r\n\r\n<p>call +82 2 312 3456</p>"
    found = read(cast, now, "a.eml", mail)
    assert "a@b.test" in found["headers"]
    assert "+82 2 312 3456" in found["part 1"]
    packed = zipped({"hanna@b.test.log": "card=4111111111111111"})
    found_in_zip = list(texts_of(make_file(cast.owner, now, name="a.zip", content=packed)))
    assert [text for _place, text in found_in_zip] == ["hanna@b.test", "card=4111111111111111"]


def _bomb() -> bytes:
    """Return a PDF whose page unpacks to 1 GB of text."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"(a) Tj " * 150_000) for _ in range(1_000)) + packer.flush()
    drawn = b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed)
    page = b"5 0 obj%bendobj\n" % drawn
    return re.sub(rb"5 0 obj.*?endobj\n", lambda _: page, a_pdf("x"), flags=re.DOTALL)


def test_a_zip_file_that_holds_more_than_texts_is_read_in_part(cast: Cast, now: datetime) -> None:
    """D9: what was not searched is not called searched."""
    packed = zipped({"b.log": "a@b.test", "c.bin": b"\x00\x01"})
    assert ("b.log", "a@b.test") in read_in_part(make_file(cast.owner, now, name="a.zip", content=packed))


def test_a_pdf_is_read_by_its_pages(cast: Cast, now: datetime) -> None:
    """D9: people send forms and invoices as PDF."""
    found = read(cast, now, "a.pdf", a_pdf("Card 4111111111111111", "Mail hanna@b.test"))
    assert {place: text.strip() for place, text in found.items()} == {
        "page 1": "Card 4111111111111111",
        "page 2": "Mail hanna@b.test",
    }


def test_a_pdf_with_a_page_without_text_may_be_a_scan(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now, name="a.pdf", content=a_pdf("Mail hanna@b.test", ""))
    assert any("hanna@b.test" in text for _place, text in read_in_part(file))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"%PDF-1.4\n" + b"1 0 obj<<" * 2000 + b"\n%%EOF\n", id="broken"),
        pytest.param(a_pdf("x").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]"), id="pages within themselves"),
        pytest.param(a_pdf("x").replace(b"/Root", b"/Encrypt<</Filter/Standard/V 9>>/Root"), id="locked"),
        pytest.param(_bomb(), id="bomb"),
    ],
)
def test_a_hostile_pdf_is_given_up_in_time(cast: Cast, now: datetime, content: bytes) -> None:
    """A loop, a lock and a bomb end as not read, and take no more than their own process's time and memory."""
    file = StoredFile(content_type="application/pdf", name="a.pdf", storage_name=f"ab/cd/{now.timestamp()}")
    with io.BytesIO(content) as hostile:
        keep(file.storage_name, File(hostile))
    began = time.monotonic()
    read_in_part(file)
    assert time.monotonic() - began < 10


def test_pictures_are_not_read(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now, name="a.png", content=png())
    assert not is_read(file)
    assert list(texts_of(file)) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.json", b"[" * 100_000),
        ("deep2.json", b'{"a":' * 900 + b"1" + b"}" * 900),
        ("open.log", b"<" * MOST_READ),
        ("tags.docx", zipped({"[Content_Types].xml": "", "word/document.xml": "<" * MOST_READ})),
        ("large.docx", zipped({"[Content_Types].xml": "", "word/document.xml": "<p>" * 8_000_000})),
        ("names.har", json.dumps([{"name": "a", "value": "b" * 50}] * 40_000).encode()),
    ],
)
def test_no_file_takes_long_to_read(cast: Cast, now: datetime, name: str, content: bytes) -> None:
    file = make_file(cast.owner, now, name=name, content=content)
    began = time.process_time()
    read_in_all = 0
    with suppress(NotRead):
        for _place, text in texts_of(file):
            read_in_all += len(text)
    assert time.process_time() - began < 4
    assert read_in_all <= 2 * MOST_READ


def test_what_cannot_be_read_is_said_to_be_unread(cast: Cast, now: datetime) -> None:
    """D9: a file that nobody could look into is not one without personal data."""
    broken = StoredFile(content_type="application/zip", storage_name=make_file(cast.owner, now).storage_name, name="a")
    assert read_in_part(broken) == []
    long = make_file(cast.owner, now, name="long.log", content=b"one line of it\n" * (MOST_READ // 15 + 10))
    assert read_in_part(long)[0][0] == "line 1"


def test_after_the_moment_that_the_caller_gives_nothing_more_is_read(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now, content=b"one\n" * 1_000)
    with pytest.raises(NotRead):
        list(texts_of(file, until=time.monotonic() - 1))


def test_a_storage_that_is_away_is_no_answer(cast: Cast, now: datetime) -> None:
    """What cannot be had now may hold anything, so nothing is called searched."""
    file = make_file(cast.owner, now)
    files_storage().delete(file.storage_name)
    with pytest.raises(StorageAway):
        list(texts_of(file))


def test_what_was_removed_reads_as_nothing(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now, name="a.zip", content=zipped({"a.txt": "x"}))
    file.removed_at = now
    assert list(texts_of(file)) == []
    with open_content(file.storage_name) as content:
        assert content.read(2) == b"PK"
