"""From what pydantic found to our own field problems, whose words are in five languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from liaison.api.codes import ValueCode
from liaison.lib.refusals import FieldProblem

_MOST: Final = 50
# What pydantic calls it (or how that begins), our code, and the fact of pydantic's that our sentence needs.
_CODES: Final[tuple[tuple[str, ValueCode, str, str], ...]] = (
    ("missing", ValueCode.NEEDED, "", ""),
    ("extra_forbidden", ValueCode.UNKNOWN_NAME, "", ""),
    ("enum", ValueCode.NOT_OFFERED, "expected", "expected"),
    ("literal_error", ValueCode.NOT_OFFERED, "expected", "expected"),
    ("string_too_long", ValueCode.TOO_LONG, "most", "max_length"),
    ("too_long", ValueCode.TOO_LONG, "most", "max_length"),
    ("string_too_short", ValueCode.TOO_SHORT, "least", "min_length"),
    ("too_short", ValueCode.TOO_SHORT, "least", "min_length"),
    ("greater_than", ValueCode.OUT_OF_RANGE, "", ""),
    ("less_than", ValueCode.OUT_OF_RANGE, "", ""),
    ("int_parsing_size", ValueCode.OUT_OF_RANGE, "", ""),
    ("datetime", ValueCode.NOT_A_MOMENT, "", ""),
    ("timezone", ValueCode.NOT_A_MOMENT, "", ""),
)
_NAMES_OF_THE_WHOLE: Final = frozenset({"body", "window", "asked"})


def problems_of(errors: Sequence[Mapping[str, Any]]) -> tuple[FieldProblem, ...]:
    """Return the problems of a request, at most 50: a hostile body does not make a long answer."""
    return tuple(_problem(error) for error in errors[:_MOST])


def field_of(place: Sequence[str | int]) -> str:
    """Return the path of a field as the verbs write it: without where in the request it stood."""
    path = list(place[1:])
    if path and path[0] in _NAMES_OF_THE_WHOLE:
        path = path[1:]
    return ".".join(str(part)[:50] for part in path) or str(place[0])


def _problem(error: Mapping[str, Any]) -> FieldProblem:
    kind, known = str(error["type"]), error.get("ctx") or {}
    for begin, code, name, theirs in _CODES:
        if kind.startswith(begin):
            return FieldProblem(field_of(error["loc"]), code, {name: known.get(theirs, "")} if name else {})
    return FieldProblem(field_of(error["loc"]), ValueCode.WRONG_KIND)
