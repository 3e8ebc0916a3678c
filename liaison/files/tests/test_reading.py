"""What stands in files is found, in places that people find again, within a budget."""

from __future__ import annotations

import json
import time
from datetime import datetime

import pytest

from liaison.accounts.testing import Cast
from liaison.files.models import StoredFile
from liaison.files.reading import MOST_READ, is_read, texts_of
from liaison.files.storage import open_content
from liaison.files.testing import make_file, png, zipped
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
    assert read(cast, now, "a.zip", zipped({"b.log": "a@b.test", "c.bin": b"\x00\x01"})) == {"b.log": "a@b.test"}


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
    read_in_all = sum(len(text) for _place, text in texts_of(file))
    assert time.process_time() - began < 4
    assert read_in_all <= 2 * MOST_READ


def test_what_was_removed_or_is_broken_reads_as_nothing(cast: Cast, now: datetime) -> None:
    file = make_file(cast.owner, now, name="a.zip", content=zipped({"a.txt": "x"}))
    broken = StoredFile(content_type="application/zip", storage_name=make_file(cast.owner, now).storage_name, name="a")
    assert list(texts_of(broken)) == []
    file.removed_at = now
    assert list(texts_of(file)) == []
    with open_content(file.storage_name) as content:
        assert content.read(2) == b"PK"
