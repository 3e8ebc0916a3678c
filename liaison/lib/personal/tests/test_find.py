"""What holds for every text: places, overlaps, bounds (D9)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.personal import MOST_FINDINGS, PersonalKind, find, without

# Ten times what it takes on two busy cores. What grows with the square of the length takes minutes at this length.
BUDGET_SECONDS = 7.0
LENGTH = 100_000

PIECES = (
    *("900101-1234567", "4111 1111 1111 1111", "kim@acme.co.kr", "010-1234-5678", "PL61109010140000071219812874"),
    *("44051401359", "RSSMRA85T10A562S", "password=hunter2", "Cookie: a=b1", "Bearer 0123456789abcdef", "cookie:", "A"),
    *(
        "11010519491231002X",
        "고객",
        "用户",
        " ",
        "\n",
        "-",
        "@",
        ".",
        "1",
        "=",
        "+48",
        '"',
        "：",
        "\u200b",
        "９",
        "://",
    ),
    *("…", "[…]"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=60))
def test_what_is_left_after_removing_holds_nothing(text: str) -> None:
    left = without(text)
    assert not find(left), (text, left)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=60))
def test_places_are_in_order_apart_and_inside_the_text(text: str) -> None:
    after = 0
    for one in find(text):
        assert after <= one.start < one.end <= len(text)
        after = one.end


@given(st.sampled_from(["900101-1234567", "4111111111111111", "010-1234-5678"]), st.sampled_from("고户あ（，。"))
def test_a_number_is_found_between_characters_without_spaces(number: str, neighbour: str) -> None:
    """Between a Han or Hangul character and a digit there is no word boundary."""
    text = f"{neighbour}{number}{neighbour}"
    assert [text[one.start : one.end] for one in find(text)] == [number]


def test_full_width_and_unseen_characters_do_not_hide_a_number() -> None:
    text = "번호\u200b９０\u200b０１０１\u2013１２３４５６７ 끝"
    (found,) = find(text)
    assert found.kind is PersonalKind.NATIONAL_ID_KR
    assert text[found.start : found.end] == "９０\u200b０１０１\u2013１２３４５６７"
    assert without(text) == "번호\u200b[…] 끝"


def test_the_most_telling_kind_names_a_place_that_two_share() -> None:
    (found,) = find("https://jan.nowak:tajne1@poczta.firma.pl/x")
    assert found.kind is PersonalKind.TOKEN
    (found,) = find("Set-Cookie: user=kim@acme.co.kr; Path=/")
    assert found.kind is PersonalKind.COOKIE


def test_addresses_of_the_operator_and_of_people_on_the_case_may_stand_there() -> None:
    text = "Ask help@operator.com, desk@eu.operator.com, Anna@Partner.it or bob@other.io"
    assert len(find(text)) == 4
    left = find(text, known=["operator.com", "anna@partner.it"])
    assert [text[one.start : one.end] for one in left] == ["bob@other.io"]
    assert len(find("x@notoperator.com", known=["operator.com"])) == 1


def test_the_korean_checksum_is_asked_only_where_something_else_is_likely() -> None:
    """Since October 2020 the last digits are random, so the date and the century decide."""
    assert find("210315-3987654")
    assert not find("211315-3987654")
    assert not find("900230-1234567")
    assert not find("1712013123456"), "a moment in milliseconds"


def test_checksums_are_asked_where_there_are_some() -> None:
    assert not find("4111 1111 1111 1112")
    assert not find("44051401358")
    assert not find("110105194912310021")
    assert not find("RSSMRA85T10A562A")
    assert not find("IT61 X054 2811 1010 0000 0123 456")


def test_it_stops_at_a_hundred_findings_and_removes_them_all() -> None:
    text = "".join(f"guest{number}@acme.co.kr 010-1234-{number:04d}\n" for number in range(1, 300))
    assert len(find(text)) == MOST_FINDINGS
    assert not find(without(text))


def test_a_long_value_without_quotes_is_found_whole() -> None:
    value = "k9" * 1_000
    assert [(one.start, one.end) for one in find(f"password={value} and more")] == [(9, 9 + len(value))]


HOSTILE = {
    "letters": "a",
    "digits": "1",
    "spaced digits": "12 ",
    "hyphens": "4-",
    "cards": "4111 1111 1111 1112 ",
    "phones that are none": "0212345 ",
    "numbers with a plus": "+99912345678 ",
    "words for phones": "phone ",
    "words for phones, unspaced": "tel",
    "at signs": "a@",
    "domains": "a@b.",
    "dots": "a.",
    "equals": "password=",
    "colons": "token: ",
    "colons, unspaced": "token:",
    "colons after Hangul": "비밀번호:x1",
    "quotes": 'secret="',
    "cookies": "Cookie: ",
    "cookie names": "cookie:a",
    "web addresses": "://a:",
    "tokens": "eyJ",
    "token pieces": "eyJaaaaaaaa.",
    "keys without an end": "-----BEGIN PRIVATE KEY-----",
    "brackets": "((((",
    "accounts": "PL61 ",
    "tax codes": "ABCDEF85",
    "recorded": '"entries" "cookies":[ "value":"',
    "recorded names": '"cookies" "value" : "a" , "name" ',
    "spaces": " ",
    "message numbers": "message-id: a@b.co ",
    "Hangul": "한",
    "unseen": "1\u200b",
    "bearers": "bearer ",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_that_was_made_to_be_slow_is_read_in_time(name: str) -> None:
    piece = HOSTILE[name]
    started = time.perf_counter()
    find(piece * (LENGTH // len(piece)))
    assert time.perf_counter() - started < BUDGET_SECONDS


def test_a_megabyte_of_everything_is_read_in_time() -> None:
    text = "".join(piece * (LENGTH // 3 // len(piece)) for piece in HOSTILE.values())[: 10 * LENGTH]
    started = time.perf_counter()
    find(text)
    assert time.perf_counter() - started < 10 * BUDGET_SECONDS
