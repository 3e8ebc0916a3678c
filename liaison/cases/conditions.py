"""Conditions on `cases_case` in SQL, with their values. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple


class Condition(NamedTuple):
    """What must hold of a row of `cases_case`. The text is ours, whatever somebody typed is a value."""

    sql: str
    values: tuple[Any, ...] = ()


ALWAYS: Final = Condition("true")


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return one condition that holds where all of these do."""
    return _joined([one for one in conditions if one is not ALWAYS], " AND ") or ALWAYS


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return one condition that holds where any of these does."""
    return _joined(list(conditions), " OR ") or Condition("false")


def _joined(conditions: list[Condition], word: str) -> Condition | None:
    if len(conditions) < 2:  # noqa: PLR2004  # nothing to join
        return conditions[0] if conditions else None
    sql = word.join([one.sql for one in conditions])
    return Condition(f"({sql})", tuple([value for one in conditions for value in one.values]))
