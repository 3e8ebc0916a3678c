"""Typed reading of one table of a catalog file. Every mistake is noted with its line; reading goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from liaison.catalog.source import Problem, Source
from liaison.lib.languages import CODES

Member = TypeVar("Member", bound=StrEnum)
Value = TypeVar("Value", bool, int)


class Table:
    """One table; its methods return what stands there, or a harmless value once the mistake is noted."""

    def __init__(self, source: Source, problems: list[Problem], path: tuple[str, ...] = ()) -> None:
        self.source = source
        self.problems = problems
        self.path = path
        self.values = self._values()

    def tables(self) -> Mapping[str, Table]:
        """Return every entry of this table as a table of its own."""
        return {key: self.table(key) for key in self.values}

    def table(self, key: str) -> Table:
        if key not in self.values:
            self.note(f"The table “{key}” is missing.")
        return Table(self.source, self.problems, (*self.path, key))

    def refuse_other_keys(self, *known: str) -> None:
        """Note every key that is none of those known."""
        for key in self.values:
            if key not in known:
                self.note(f"Unknown key “{key}”; known are {', '.join(known)}.", key)

    def names(self, key: str = "name") -> Mapping[str, str]:
        """Return the text in all five languages, from the table at the key."""
        table = self.table(key)
        table.refuse_other_keys(*CODES)
        return MappingProxyType({code: table.text(code) for code in CODES})

    def text(self, key: str) -> str:
        value = self._value(key)
        if value is not None and (not isinstance(value, str) or not value.strip() or value != value.strip()):
            self.note(f"“{key}” must be a text that is not empty and has no spaces around it.", key)
        return value if isinstance(value, str) else ""

    def boolean(self, key: str) -> bool:
        return self._plain(key, bool, "true or false")

    def whole_number(self, key: str) -> int:
        return self._plain(key, int, "a whole number")

    def number(self, key: str) -> float:
        """Return a whole or decimal number."""
        value = self._value(key)
        if type(value) in {int, float} and math.isfinite(value):
            return float(value)
        if value is not None:
            self.note(f"“{key}” must be a number.", key)
        return 0.0

    def has(self, key: str) -> bool:
        """Say whether the key stands in the table, for those that may be left out."""
        return key in self.values

    def member(self, key: str, known: type[Member]) -> Member:
        """Return the value of the key as a member of the enum; its first member once a mistake is noted."""
        value = self._value(key)
        found = [] if value is None else self._members(key, [value], known)
        return found[0] if found else next(iter(known))

    def members(self, key: str, known: type[Member]) -> tuple[Member, ...]:
        """Return the list at the key as members of the enum, each once."""
        return tuple(self._members(key, self._list(key), known))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the list at the key, made of texts that are not empty, each once."""
        values = self._list(key)
        if not all(isinstance(value, str) and value for value in values):
            self.note(f"“{key}” must be a list of texts.", key)
        texts = [value for value in values if isinstance(value, str)]
        self._refuse_repeated(key, texts)
        return tuple(texts)

    def note(self, message: str, key: str | None = None) -> None:
        """Note a mistake at a key of this table, or at the table itself."""
        path = self.path if key is None else (*self.path, key)
        self.problems.append(self.source.problem(path, message))

    def _values(self) -> dict[str, Any]:
        values: Any = self.source.data
        for key in self.path:
            values = values.get(key, {})
            if not isinstance(values, dict):
                self.note(f"“{'.'.join(self.path)}” must be a table.")
                return {}
        return values if isinstance(values, dict) else {}

    def _value(self, key: str) -> Any:
        if key not in self.values:
            self.note(f"“{key}” is missing in [{'.'.join(self.path)}].")
        return self.values.get(key)

    def _plain(self, key: str, kind: type[Value], wanted: str) -> Value:
        value = self._value(key)
        # To Python True is also a whole number; to a reader of the file it is not.
        if type(value) is kind:
            return value
        if value is not None:
            self.note(f"“{key}” must be {wanted}.", key)
        return kind()

    def _list(self, key: str) -> list[Any]:
        value = self._value(key)
        if value is not None and not isinstance(value, list):
            self.note(f"“{key}” must be a list.", key)
        return value if isinstance(value, list) else []

    def _members(self, key: str, values: list[Any], known: type[Member]) -> list[Member]:
        found: list[Member] = []
        for value in values:
            if isinstance(value, str) and value in {member.value for member in known}:
                found.append(known(value))
            else:
                allowed = ", ".join(member.value for member in known)
                self.note(f"“{key}” has the unknown value {value!r}; known are {allowed}.", key)
        self._refuse_repeated(key, found)
        return found

    def _refuse_repeated(self, key: str, values: list[Any]) -> None:
        for value in dict.fromkeys(value for value in values if values.count(value) > 1):
            self.note(f"“{key}” names “{value}” more than once.", key)
