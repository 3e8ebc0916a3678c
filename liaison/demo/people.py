"""Everybody of the demo, in the order of the sign-in links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liaison.demo.cast import COMPANIES, OPERATOR_PEOPLE
from liaison.demo.relations import CUSTOMERS, DELEGATES

if TYPE_CHECKING:
    from liaison.demo.cast import Part


def everybody(operator_name: str) -> tuple[tuple[str, Part], ...]:
    """Return every person with the name of the company; the order is that of the sign-in links."""
    outside: list[tuple[str, tuple[Part, ...]]] = [(one.name, one.people) for one in COMPANIES]
    outside += [(one.name, one.people) for one in DELEGATES]
    outside += [(one.name, one.people) for one in CUSTOMERS]
    return tuple((name, person) for name, people in (*outside, (operator_name, OPERATOR_PEOPLE)) for person in people)


def part(key: str) -> Part | None:
    return next((person for _company, person in everybody("") if person.key == key), None)
