from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.addresses import (
    AddressError,
    AddressProblem,
    LineError,
    LineProblem,
    clean_address,
    clean_line,
    mailbox_key,
    same_mailbox,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ops@partner.test", "ops@partner.test"),
        ("  ops@partner.test ", "ops@partner.test"),
        ("Ops+Night@Partner.TEST", "Ops+Night@partner.test"),
        ("a@파트너.test", "a@xn--h50bv25dgha.test"),
        ("a@xn--h50bv25dgha.test", "a@xn--h50bv25dgha.test"),
        ("a@ｂ.test", "a@b.test"),
        ("o'brien@example.com", "o'brien@example.com"),
    ],
)
def test_an_address_is_kept_with_its_domain_in_lower_case_ascii(typed: str, kept: str) -> None:
    assert clean_address(typed) == kept
    assert clean_address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", AddressProblem.EMPTY),
        ("   ", AddressProblem.EMPTY),
        ("ops@partner.test\n", AddressProblem.CONTROL_CHARACTER),
        ("ops@partner.test\r\nBcc: all@evil.test", AddressProblem.CONTROL_CHARACTER),
        ("ops\x00@partner.test", AddressProblem.CONTROL_CHARACTER),
        ("ops\u2028@partner.test", AddressProblem.CONTROL_CHARACTER),
        ("ops@partner\u202etset.test", AddressProblem.CONTROL_CHARACTER),
        ("a@evil.test@partner.test", AddressProblem.SEVERAL_AT_SIGNS),
        ("a@b.test,c@d.test", AddressProblem.SEVERAL_AT_SIGNS),
        ('"a@evil.test"@partner.test', AddressProblem.SEVERAL_AT_SIGNS),
        ("담당자@partner.test", AddressProblem.NON_ASCII_LOCAL_PART),
        ("a＠evil.test@partner.test", AddressProblem.NON_ASCII_LOCAL_PART),
        ("a@evil.test＠partner.test", AddressProblem.INVALID),
        ("ops", AddressProblem.INVALID),
        ("@partner.test", AddressProblem.INVALID),
        ("ops@", AddressProblem.INVALID),
        ("ops@localhost", AddressProblem.INVALID),
        ("ops@[127.0.0.1]", AddressProblem.INVALID),
        ("Ops <ops@partner.test>", AddressProblem.INVALID),
        ("two words@partner.test", AddressProblem.INVALID),
        ('"two words"@partner.test', AddressProblem.INVALID),
        ("ops@partner..test", AddressProblem.INVALID),
        ("x" * 65 + "@partner.test", AddressProblem.TOO_LONG),
        ("x@" + "y" * 250 + ".test", AddressProblem.TOO_LONG),
        ("x@" + "파" * 60 + "." + "파" * 60 + ".test", AddressProblem.TOO_LONG),
    ],
)
def test_a_bad_address_is_refused_with_its_reason(typed: str, problem: AddressProblem) -> None:
    """Threats, "Headers"; the issue's `a@evil.test@partner.test` and the address with a newline."""
    with pytest.raises(AddressError) as refused:
        clean_address(typed)
    assert refused.value.code is problem


@given(st.text(max_size=80) | st.emails())
def test_whatever_is_typed_is_refused_or_safe_in_a_header(typed: str) -> None:
    try:
        kept = clean_address(typed)
    except AddressError:
        return
    assert kept.isascii()
    assert kept.isprintable()
    assert kept.count("@") == 1
    assert not set(kept) & set(' <>,;:"()[]\\')


def test_two_spellings_of_one_mailbox_are_the_same() -> None:
    assert same_mailbox(clean_address("Ops@Partner.test"), clean_address("ops@PARTNER.test"))
    assert not same_mailbox("ops@partner.test", "ops+night@partner.test")
    assert mailbox_key("Ops@partner.test") == "ops@partner.test"


def test_a_line_is_kept_composed_and_without_spaces_around_it() -> None:
    assert clean_line("  Zo\N{LATIN SMALL LETTER E}\N{COMBINING DIAERESIS} ", 10) == "Zoë"
    assert clean_line("당직 엔지니어", 20) == "당직 엔지니어"
    assert clean_line("", 10) == ""
    assert clean_line("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    "character", ["\n", "\r", "\t", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\ud800"]
)
def test_a_line_with_a_control_character_is_refused_wherever_it_stands(character: str) -> None:
    """Threats, "Headers": CR, LF, NUL, U+2028 in names."""
    for line in (f"Anna{character}", f"{character}Anna", f"An{character}na"):
        with pytest.raises(LineError) as refused:
            clean_line(line, 100)
        assert refused.value.code is LineProblem.CONTROL_CHARACTER


def test_a_line_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(LineError) as refused:
        clean_line("x" * 11, 10)
    assert refused.value.code is LineProblem.TOO_LONG
