"""What Django shows by itself follows terms.md as far as its letters go."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import formats, translation


@pytest.mark.parametrize(
    ("language", "moment", "short", "number", "first_day"),
    [
        ("en", "5 Nov 2026, 14:05", "5 Nov 2026", "12,345.6", 1),
        ("ko", "2026년 11월 5일 오후 2:05", "2026. 11. 5.", "12,345.6", 0),
        ("zh-hans", "2026年11月5日 14:05", "2026-11-05", "12,345.6", 1),
        ("it", "05/11/2026, 14:05", "05/11/2026", "12.345,6", 1),
        ("pl", "5 listopada 2026, 14:05", "05.11.2026", "12\N{NO-BREAK SPACE}345,6", 1),
    ],
)
def test_django_formats_as_the_terms_say(language: str, moment: str, short: str, number: str, first_day: int) -> None:
    """L1."""
    value = datetime.fromisoformat("2026-11-05T14:05")
    with translation.override(language):
        assert formats.date_format(value, "DATETIME_FORMAT") == moment
        assert formats.date_format(value, "SHORT_DATE_FORMAT") == short
        assert formats.number_format(12345.6, use_l10n=True, force_grouping=True) == number
        assert formats.get_format("FIRST_DAY_OF_WEEK") == first_day


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "it", "pl"])
def test_every_language_reads_the_form_that_browsers_send(language: str) -> None:
    with translation.override(language):
        assert "%Y-%m-%d" in formats.get_format("DATE_INPUT_FORMATS")
        assert "%Y-%m-%dT%H:%M" in formats.get_format("DATETIME_INPUT_FORMATS")
        assert "%H:%M" in formats.get_format("TIME_INPUT_FORMATS")
