"""Sizes of files for people."""

from __future__ import annotations

from typing import Final

from babel.units import format_unit

from liaison.lib.languages import language_for

_KILOBYTE: Final = 1024
_STEPS: Final = (("megabyte", _KILOBYTE**2), ("kilobyte", _KILOBYTE))
_WHOLE_FROM: Final = 10


def format_size(size: int, language: str) -> str:
    """Return `812 byte`, `3.4 kB`, `45 MB` as the language writes it; a kilobyte has 1,024 bytes."""
    locale = language_for(language).cldr
    for unit, least in _STEPS:
        if size >= least:
            count = size / least
            return format_unit(round(count, 0 if count >= _WHOLE_FROM else 1), unit, "short", locale=locale)
    return format_unit(size, "byte", "long", locale=locale)
