from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liaison.lib.text import fold, nfc


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
