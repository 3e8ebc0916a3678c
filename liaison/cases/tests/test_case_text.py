"""Somebody's own words on a page: inert, with its web addresses as links, in a language that is guessed."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.cases.pages.case_text import language_of, linked


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.test/a?b=1&c=2.", "https://example.test/a?b=1&amp;c=2"),
        ("(https://example.test/a_(b))", "https://example.test/a_(b)"),
        ("https://example.test/주문 페이지", "https://example.test/"),
        ("HTTP://EXAMPLE.TEST를 보세요", "HTTP://EXAMPLE.TEST"),
        ("问题在https://example.test/x，请看", "https://example.test/x"),
    ],
)
def test_web_addresses_become_links_without_what_is_around_them(text: str, address: str) -> None:
    assert f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">' in linked(text)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "ftp://a.test", "//a.test", "https:/a", "vbscript:x"]
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a" not in linked(text)


_PIECES = (
    "https://a.test/",
    "http://",
    "<b>",
    '"',
    "'",
    "&",
    ".",
    ")",
    "(",
    " ",
    "가",
    "。",
    "x",
    "\u2028",
    "javascript:",
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw on a busy machine
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_the_words_stay_as_they_are_and_no_other_tag_appears(text: str) -> None:
    made = str(linked(text))
    bare = re.sub(r'<a href="https?://[^"<>]*" rel="noopener noreferrer nofollow" target="_blank">|</a>', "", made)
    assert "<" not in bare
    assert html.unescape(bare) == text


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("예약이 확인되지 않습니다. TIMEOUT_504", "en", "ko"),
        ("预订没有确认", "ko", "zh-hans"),
        ("Nie działa żadna rezerwacja", "it", "pl"),
        ("Nessuna prenotazione", "it", "it"),
        ("Same signature as last week: it is the proxy.", "it", "en"),
        ("La richiesta arriva, ma non è confermata", "en", "it"),
        ("Nothing works", "ko", "en"),
        ("504", "ko", "en"),
        ("", "pl", "pl"),
    ],
)
def test_a_language_is_guessed_by_its_letters(text: str, expected: str, language: str) -> None:
    assert language_of(text, expected) == language
