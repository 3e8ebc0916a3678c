"""What of a case stands in the index (issue 6, point 7; W8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison.accounts.testing import Cast
from liaison.cases.lists.testing import keep_case, keep_note, keep_update
from liaison.cases.models import SearchRow
from liaison.cases.search.lexemes import MOST_LEXEMES
from liaison.cases.search.writing import index_case, index_note, index_update

pytestmark = pytest.mark.django_db


def lexemes(column: str, part: int = 0) -> set[str]:
    with connection.cursor() as cursor:
        statement = {
            "shared": "SELECT tsvector_to_array(shared) FROM cases_searchrow WHERE part = %s",
            "internal": "SELECT tsvector_to_array(internal) FROM cases_searchrow WHERE part = %s",
        }[column]
        cursor.execute(statement, [part])
        row = cursor.fetchone()
    return set(row[0] or ())


def test_a_case_stands_under_its_title_its_words_and_its_number(cast: Cast) -> None:
    keep_case(cast.partner, "Kein Strom", "결제 fails", number="4082719365")
    kept = lexemes("shared")
    assert {"=tstrom", "strom", "fails", "결제", "제", "=n4082719365", "=n9365"} <= kept
    assert "=tfails" not in kept
    assert "=n936" not in kept


def test_each_writing_is_one_statement(cast: Cast) -> None:
    case = keep_case(cast.partner, "Title", indexed=False)
    update, note = keep_update(case, "Second words", indexed=False), keep_note(case, "Secret words", indexed=False)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        index_case(case, "First words")
        index_update(update)
        index_note(note)
    assert len(queries) == 3
    assert {"first", "second"} <= lexemes("shared")
    assert "secret" in lexemes("internal")


def test_what_staff_note_stands_apart_from_what_the_account_reads(cast: Cast) -> None:
    case = keep_case(cast.partner, "Title")
    keep_note(case, "ZQXJ")
    assert not {one for one in lexemes("shared") if "zq" in one}
    assert lexemes("internal") == {"zqxj"}


def test_reasons_that_people_write_are_found_and_keys_are_not(cast: Cast) -> None:
    case = keep_case(cast.partner, "Title")
    changes: list[dict[str, Any]] = [
        {"kind": "severity", "before": 3, "after": 1, "reason": "Christmas"},
        {"kind": "closed", "reason": "no_longer_needed", "text": "vanished"},
        {"kind": "urgent_state", "before": "claimed", "after": "confirmed", "reason": "internal talk"},
    ]
    keep_update(case, "", changes)
    kept = lexemes("shared")
    assert {"christmas", "vanished"} <= kept
    assert not {"longer", "needed", "talk", "severity"} & kept


def test_a_long_case_has_parts_that_say_so(cast: Cast) -> None:
    case = keep_case(cast.partner, "Title")
    for number in range(12):
        keep_update(case, " ".join(f"{word:x}" for word in range(number * 1000, number * 1000 + 1000)))
    keep_note(case, "note")
    parts = list(SearchRow.objects.order_by("part").values_list("part", flat=True))
    assert parts == list(range(len(parts)))
    assert len(parts) > 2
    for part in parts:
        kept = lexemes("shared", part)
        assert "=l" in kept
        assert len(kept) <= MOST_LEXEMES + 10
    assert {"=l", "note"} <= lexemes("internal", parts[-1])


@pytest.mark.parametrize(
    "text",
    [
        "".join(chr(0x20000 + number) for number in range(20_000)),
        " ".join(f"{number:x}" * 30 for number in range(20_000))[:20_000],
        "".join(chr(0x10400 + number % 40) if number % 13 else " " for number in range(20_000)),
        "ჰ" * 20_000,
        "' \\ \u2028 \u202e <b> 😀 " * 1000,
    ],
)
def test_the_longest_texts_fit(cast: Cast, text: str) -> None:
    case = keep_case(cast.partner, text[:200], text)
    keep_update(case, text)
    keep_update(case, text[::-1])
    keep_note(case, text)
    assert SearchRow.objects.filter(case=case).exists()
