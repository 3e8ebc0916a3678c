"""The index made anew from what is kept: after an import, when a title or an account has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import transaction

from liaison.cases.models import Case, CaseUpdate, InternalNote, SearchRow
from liaison.cases.numbers import plain
from liaison.cases.search import lexemes
from liaison.lib.bulk import insert_rows

_BATCH: Final = 200
_COLUMNS: Final = ("case_id", "account_id", "part", "shared", "internal")


def rebuild(numbers: Iterable[str] = ()) -> int:
    """Write the words of these cases, or of all, anew, in batches of their own; return how many cases that were."""
    cases = Case.objects.order_by("pk")
    asked = [plain(number) for number in numbers]
    if asked:
        cases = cases.filter(number__in=asked)
    done, last = 0, 0
    while keys := list(cases.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        rebuild_cases(keys)
        done, last = done + len(keys), keys[-1]
    return done


@transaction.atomic
def rebuild_cases(keys: Sequence[int]) -> None:
    """Write the words of some cases anew. They are locked, so that no Send is lost between reading and writing."""
    cases = list(Case.objects.filter(pk__in=keys).order_by("pk").select_for_update())
    texts: dict[int, set[str]] = defaultdict(set)
    for case, text, changes in CaseUpdate.objects.filter(case__in=cases).values_list("case_id", "text", "changes"):
        texts[case] |= lexemes.of_update(text, changes)
    notes: dict[int, set[str]] = defaultdict(set)
    for case, text in InternalNote.objects.filter(case__in=cases).values_list("case_id", "text"):
        notes[case].update(lexemes.words_of(text))
    SearchRow.objects.filter(case__in=cases).delete()
    insert_rows(SearchRow, _COLUMNS, [row for case in cases for row in _rows(case, texts[case.pk], notes[case.pk])])


def _rows(case: Case, texts: set[str], notes: set[str]) -> list[tuple[int, int, int, str | None, str | None]]:
    """Return a row for each part. Every part of a long case says so in both vectors."""
    found = lexemes.of_case(case.number, case.title, lexemes.answered(case.answers)) | texts
    shared = lexemes.vectors(found)
    internal = lexemes.vectors(notes) if notes else []
    count = max(len(shared), len(internal))
    if count > 1:
        shared, internal = lexemes.marked_long(shared), lexemes.marked_long(internal)
    padded = [*internal, *[None] * count]
    return [
        (case.pk, case.account_id, part, shared[part] if part < len(shared) else None, padded[part])
        for part in range(count)
    ]
