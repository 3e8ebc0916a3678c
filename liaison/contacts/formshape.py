"""The form as nested JSON: its shape and its bounds, whatever is typed in it. What a draft keeps (C5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.codes import ContactCode
from liaison.contacts.values import ENTRY_FIELDS
from liaison.lib.refusals import FieldProblem, Invalid

MOST_ENTRIES: Final = 20
MOST_HOURS: Final = 30
MOST_BRANDS: Final = 100
LONGEST_TEXT: Final = 500

Row = dict[str, Any]
FormData = dict[str, list[Row]]

_DAYS: Final = frozenset(range(1, 8))
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def blank_entry() -> Row:
    return {
        "identity": "",
        "address": "",
        "name": "",
        "language": "",
        "time_zone": "",
        "is_shared_alias": False,
        "pages_somebody": False,
    }


def blank_shared(brand: str = "") -> Row:
    return {"brand": brand, "address": ""}


def blank_hours(time_zone: str = "") -> Row:
    return {"days": [], "start": "", "end": "", "time_zone": time_zone}


def blank_form() -> FormData:
    return {field.value: [] for field in ContactField}


def tidy(data: object) -> FormData:
    """Return the form in its full shape: every field a list of rows, every row with all its keys.

    What is left out becomes empty. What is too much, too long or of another shape raises Invalid with every
    problem at once; hostile input is therefore bounded before anything else looks at it.
    """
    if not isinstance(data, Mapping):
        raise Invalid((FieldProblem("", ContactCode.WRONG_SHAPE),))
    problems = [FieldProblem(str(name)[:50], ContactCode.UNKNOWN_FIELD) for name in data if name not in _FIELD_NAMES][
        :MOST_ENTRIES
    ]
    form = {field.value: _rows(field, data.get(field.value), problems) for field in ContactField}
    if problems:
        raise Invalid(tuple(problems))
    return form


def storable(form: FormData) -> FormData:
    """Return the form without the characters that PostgreSQL cannot keep (NUL, halves of surrogate pairs)."""
    return {
        field: [{key: _storable(value) for key, value in row.items()} for row in rows] for field, rows in form.items()
    }


def most_rows(field: ContactField) -> int:
    """Return how many rows a field takes."""
    return {ContactField.HOURS: MOST_HOURS, ContactField.SHARED: MOST_BRANDS}.get(field, MOST_ENTRIES)


def blank_row(field: ContactField) -> Row:
    """Return an empty row of the field."""
    return _BLANK.get(field, blank_entry)()


_FIELD_NAMES: Final = frozenset(field.value for field in ContactField)
_BLANK: Final[dict[ContactField, Callable[[], Row]]] = {
    **dict.fromkeys(ENTRY_FIELDS, blank_entry),
    ContactField.SHARED: blank_shared,
    ContactField.HOURS: blank_hours,
}


def _rows(field: ContactField, rows: object, problems: list[FieldProblem]) -> list[Row]:
    if rows is None:
        return []
    if not isinstance(rows, list):
        problems.append(FieldProblem(field.value, ContactCode.WRONG_SHAPE))
        return []
    most = most_rows(field)
    if len(rows) > most:
        problems.append(FieldProblem(field.value, ContactCode.TOO_MANY, {"most": most}))
        return []
    return [_row(field, f"{field}.{index}", row, problems) for index, row in enumerate(rows)]


def _row(field: ContactField, path: str, row: object, problems: list[FieldProblem]) -> Row:
    tidied = blank_row(field)
    if not isinstance(row, Mapping):
        problems.append(FieldProblem(path, ContactCode.WRONG_SHAPE))
        return tidied
    problems.extend(
        FieldProblem(f"{path}.{str(name)[:50]}", ContactCode.UNKNOWN_FIELD)
        for name in list(row)[:MOST_ENTRIES]
        if name not in tidied
    )
    for name, blank in tidied.items():
        given = row.get(name, blank)
        code = _problem(given, blank)
        if code is None:
            tidied[name] = sorted(set(given)) if isinstance(blank, list) else given
        else:
            problems.append(FieldProblem(f"{path}.{name}", code, {"most": LONGEST_TEXT}))
    return tidied


def _problem(given: object, blank: object) -> ContactCode | None:
    """Say what is wrong with a value, whose kind is that of the blank one."""
    if isinstance(blank, bool):
        return None if isinstance(given, bool) else ContactCode.WRONG_SHAPE
    if isinstance(blank, list):
        is_right = isinstance(given, list) and all(type(day) is int and day in _DAYS for day in given)
        return None if is_right else ContactCode.WRONG_SHAPE
    if not isinstance(given, str):
        return ContactCode.WRONG_SHAPE
    return ContactCode.TEXT_TOO_LONG if len(given) > LONGEST_TEXT else None


def _storable(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _UNSTORABLE.sub(_REPLACEMENT, value)
