"""Header values as the library's own parser reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from liaison.lib.addresses import AddressError
from liaison.notifications.channels.email.headers import address_value, one_line, reader_headers, text_value

LINES = st.text(max_size=260).map(lambda text: one_line(text, 200))


def read(name: str, value: bytes) -> EmailMessage:
    mail = message_from_bytes(name.encode() + b": " + value + b"\r\nX-Next: here\r\n\r\nbody\r\n", policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail.keys() == [name, "X-Next"]
    assert mail["X-Next"] == "here"
    return mail


def read_name(value: bytes) -> str:
    """Return a display name. The library's newer parser puts a space between two encoded words, against the RFC."""
    phrase = value.replace(b"\r\n", b"").decode().rpartition("<")[0].strip()
    if "=?" in phrase:
        return str(make_header(decode_header(phrase)))
    return str(read("To", value)["To"].addresses[0].display_name)


def assert_lines_are_short(name: str, value: bytes, longest: int) -> None:
    first, *rest = (name.encode() + b": " + value).split(b"\r\n")
    assert value.isascii()
    assert all(line.startswith(b" ") and line.strip() for line in rest)
    assert max(map(len, (first, *rest))) <= longest


@given(LINES)
@example("=?utf-8?q?=41?=")
@example("a =? b")
@example("word " * 30)
@example("x" * 200)
@example("金" * 200)
@example("🧑‍🚒" * 60)
@example("é")
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    line = one_line(text, 200)
    value = text_value(line, column=9)
    assert read("Subject", value)["Subject"] == line
    assert_lines_are_short("Subject", value, 78 if " " in line or not line.isascii() else 250)


@given(LINES.map(lambda line: one_line(line, 100)))
@example('Anna "the, boss" <evil@else.test>')
@example("back\\slash (comment); @ : , .")
@example("=?utf-8?q?=41?=")
@example("Ż" * 100)
@example("a" * 100)
@example("")
def test_a_name_is_read_as_it_was_written(name: str) -> None:
    value = address_value(name, "anna@partner.test", column=4)
    (address,) = read("To", value)["To"].addresses
    assert address.addr_spec == "anna@partner.test"
    assert read_name(value) == name
    assert_lines_are_short("To", value, 250)


def test_a_long_address_stands_on_its_own_line() -> None:
    address = f"{'a' * 60}@{'b' * 60}.test"
    value = address_value("Anna of the kitchen", address, column=4)
    assert value == b"Anna of the kitchen\r\n <" + address.encode() + b">"
    assert read("To", value)["To"].addresses[0].addr_spec == address


@given(st.text(max_size=300))
def test_one_line_holds_nothing_that_breaks_one(text: str) -> None:
    line = one_line(text, 200)
    assert len(line) <= 200
    assert line == " ".join(line.split())
    assert line.encode().decode() == line
    assert not set(line) & set(map(chr, (*range(32), *range(127, 160), 0x2028, 0x2029)))


@pytest.mark.parametrize("address", ["", "a@evil.test@partner.test", "a@b.test\nBcc: c@d.test", "nobody", "a@b.test>"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        address_value("Anna", address, column=4)


def test_a_thread_and_a_way_out_are_headers_of_their_own() -> None:
    """RFC 5322, 3.6.4; RFC 8058."""
    at = datetime(2026, 11, 5, tzinfo=UTC)
    values: dict[str, Any] = {"name": "", "address": "a@b.test", "subject": "x", "at": at, "message_id": "<1@b.test>"}
    page = "https://portal.test/cases/mails/abc/"
    mail = message_from_bytes(reader_headers(**values, thread="<case-1@b.test>", unsubscribe=page) + b"\r\n\r\n")
    assert (mail["In-Reply-To"], mail["References"]) == ("<case-1@b.test>", "<case-1@b.test>")
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{page}>", "List-Unsubscribe=One-Click")
    bare = message_from_bytes(reader_headers(**values) + b"\r\n\r\n")
    assert not {"In-Reply-To", "References", "List-Unsubscribe"} & set(bare.keys())
    for wrong in ("https://a>", "https://a b", "https://a\r\nBcc: c@d.test", "https://ä"):
        with pytest.raises(ValueError, match=r"ASCII|address"):
            reader_headers(**values, unsubscribe=wrong)
