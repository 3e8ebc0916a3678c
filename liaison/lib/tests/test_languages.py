from __future__ import annotations

import pytest

from liaison.lib.languages import CODES, LANGUAGES, best_language, find_language, is_language, language_for


def test_there_are_five_languages_with_their_own_names() -> None:
    """L1."""
    assert CODES == ("en", "ko", "zh-hans", "it", "pl")
    assert [language.native_name for language in LANGUAGES] == [
        "English",
        "한국어",
        "简体中文",
        "Italiano",
        "Polski",
    ]
    assert [language.html_lang for language in LANGUAGES] == ["en", "ko", "zh-Hans", "it", "pl"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("pl", "pl"),
        ("it-CH,it;q=0.9,en;q=0.8", "it"),
        ("en;q=0.5, ko;q=0.9", "ko"),
        ("ko;q=0.9, pl;q=0.9", "ko"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-Hans-CN", "zh-hans"),
        ("zh-TW,pl;q=0.5", "pl"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("de,fr;q=0.9,it;q=0.1", "it"),
        ("ko;q=0, pl;q=0.1", "pl"),
        ("KO-kr", "ko"),
    ],
)
def test_it_chooses_the_best_language_a_browser_asks_for(header: str, expected: str) -> None:
    assert best_language(header, "en") == expected


@pytest.mark.parametrize("header", ["", "de", "*", "de, *;q=0.5", ";;;", "ko;q=abc", "ko;q=7", "ko;q=nan", "," * 9_000])
def test_it_falls_back_to_the_default_when_the_header_helps_no_further(header: str) -> None:
    assert best_language(header, "it") == "it"


def test_an_unknown_code_is_read_as_english_and_is_no_language() -> None:
    assert language_for("xx-pseudo").code == "en"
    assert language_for(None).code == "en"
    assert find_language("zh-Hant") is None
    assert not is_language("zh-Hans")
    assert is_language("zh-hans")
