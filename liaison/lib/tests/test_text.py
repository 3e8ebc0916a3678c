from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.text import fold, nfc, one_line


def test_one_word_has_one_spelling() -> None:
    assert nfc("Cafe\N{COMBINING ACUTE ACCENT}") == "Café"
    assert nfc("\u1112\u1161\u11ab") == "한"


def test_width_case_and_spaces_do_not_count_when_texts_are_compared() -> None:
    assert fold("ＯＰＳ\u3000 Team ") == fold("ops team") == "ops team"
    assert fold("STRASSE") == fold("Straße")
    assert fold("Łódź") != fold("Lodz")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_what_nobody_sees_is_not_kept_in_a_line() -> None:
    """A title with a mark that turns the direction shows as another one."""
    assert one_line("\u202e Pay\u200bments\x00\n\tstop\u2028\u2069 \x9f\ufeff") == "Payments stop"


def test_letters_that_are_joined_stay_as_they_are() -> None:
    for title in ("می\u200cخواهم", "क्\u200dष", "👩\u200d💻 ❤\ufe0f", "주문이 안 됩니다", "Café, łódź"):
        assert one_line(title) == title


@given(st.text())
def test_a_line_is_one_line_and_stays_it(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    line.encode()
