"""The five languages of the product: their codes, their own names, and the choice for a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LONGEST_HEADER: Final = 2_000
_MOST_WISHES: Final = 50


@dataclass(frozen=True, slots=True)
class Language:
    """One language: Django's code, the name its readers give it, the tag for `html lang`, the CLDR locale."""

    code: str
    native_name: str
    html_lang: str
    cldr: str


ENGLISH: Final = Language("en", "English", "en", "en_GB")
KOREAN: Final = Language("ko", "한국어", "ko", "ko")
SIMPLIFIED_CHINESE: Final = Language("zh-hans", "简体中文", "zh-Hans", "zh_Hans")
ITALIAN: Final = Language("it", "Italiano", "it", "it")
POLISH: Final = Language("pl", "Polski", "pl", "pl")

LANGUAGES: Final[tuple[Language, ...]] = (ENGLISH, KOREAN, SIMPLIFIED_CHINESE, ITALIAN, POLISH)
CODES: Final[tuple[str, ...]] = tuple(language.code for language in LANGUAGES)

_BY_CODE: Final = {language.code: language for language in LANGUAGES}
_CHINESE_IN_SIMPLIFIED_LETTERS: Final = frozenset({"zh", "zh-cn", "zh-sg", "zh-my", "zh-hans"})


def find_language(tag: str) -> Language | None:
    """Return the language that a tag such as `it-CH`, `zh-CN` or `zh_Hans` asks for, None if we lack it.

    Traditional Chinese (`zh-TW`, `zh-Hant`) is not Simplified Chinese: the reader's next wish decides.
    """
    wanted = tag.strip().lower().replace("_", "-")
    if wanted in _CHINESE_IN_SIMPLIFIED_LETTERS or wanted.startswith("zh-hans-"):
        return SIMPLIFIED_CHINESE
    return _BY_CODE.get(wanted) or _BY_CODE.get(wanted.partition("-")[0])


def language_for(code: str | None) -> Language:
    """Return the language for a code, English where the code is none of ours (a pseudo-language, None)."""
    return _BY_CODE.get(code or "") or (find_language(code) if code else None) or ENGLISH


def is_language(code: str) -> bool:
    """Say whether this is exactly one of the five codes, as settings and records store them."""
    return code in _BY_CODE


def best_language(accept_language: str, default: str = ENGLISH.code) -> str:
    """Return the code of the reader's best language from an Accept-Language header, else `default`.

    Wishes count by their quality, equal ones in their order; a broken part of the header is passed over.
    """
    wishes = [_wish(part) for part in accept_language[:_LONGEST_HEADER].split(",")[:_MOST_WISHES]]
    for tag, quality in sorted(wishes, key=lambda wish: -wish[1]):
        if quality <= 0:
            break
        if tag == "*":
            return default
        language = find_language(tag)
        if language is not None:
            return language.code
    return default


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    name, _, value = parameter.strip().partition("=")
    if not name:
        return tag.strip(), 1.0
    try:
        quality = float(value)
    except ValueError:
        return tag.strip(), 0.0
    return tag.strip(), quality if name.strip() == "q" and 0 <= quality <= 1 else 0.0
