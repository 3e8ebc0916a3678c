from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.web import colours


def test_it_knows_the_contrast_of_black_and_white() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#777777") == pytest.approx(1)
    assert colours.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_words_on_any_operator_colour_and_in_it_can_be_read(number: int) -> None:
    palette = colours.palette(f"#{number:06x}")
    assert colours.contrast(palette.fill, palette.text_on_fill) >= 4.5
    assert colours.contrast(palette.ink_on_light, colours.LIGHT_GROUND) >= 4.5
    assert colours.contrast(palette.ink_on_dark, colours.DARK_GROUND) >= 4.5


def test_it_keeps_a_colour_that_can_be_read_already() -> None:
    assert colours.palette("#123456").ink_on_light == "#123456"


def test_it_takes_the_short_way_of_writing_a_colour() -> None:
    assert colours.palette("#0a3").fill == "#00aa33"


@pytest.mark.parametrize("text", ["", "red", "#12", "#1234567", "#ggg", "1f6feb", "#1f6feb;}"])
def test_it_falls_back_to_the_default_for_what_is_no_colour(text: str) -> None:
    assert not colours.is_colour(text)
    assert colours.palette(text) == colours.palette(colours.FALLBACK)


def test_white_words_can_be_read_on_each_tone_and_no_two_are_alike() -> None:
    """D1: the colour of a domain is readable in light and dark, for its words stand on a ground of its own."""
    fills = colours.tone_fills()
    assert len(set(fills)) == colours.TONES
    assert min(colours.contrast(fill, colours.WHITE) for fill in fills) >= colours.LEAST_CONTRAST_OF_TEXT


@given(st.text())
def test_a_name_always_has_the_same_tone(name: str) -> None:
    assert colours.tone_of(name) == colours.tone_of(name)
    assert 0 <= colours.tone_of(name) < colours.TONES


def test_domains_of_one_account_mostly_differ_in_tone() -> None:
    assert len({colours.tone_of(f"reseller{number}.example") for number in range(200)}) == colours.TONES
