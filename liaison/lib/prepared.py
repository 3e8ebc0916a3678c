"""Queries of the ORM that are put into SQL once, for the few that run for each alert and each message.

Putting a query with five joins into words takes Django several times as long as PostgreSQL takes to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

from liaison.lib.driver import rows_of

Row = TypeVar("Row", bound=models.Model)

Value = int | str | datetime

_MARK: Final = 0x5EED_0000_0000  # stands for a value while the query is put into words
_MARKED_MOMENT: Final = datetime(1907, 3, 1, 4, 5, 6, 789, UTC)


class Prepared(Generic[Row]):
    """`make(*values)` is a queryset of models, perhaps with `select_related`, `only` or `annotate`.

    The values must reach the database as they are (keys and other numbers, texts, moments), and nothing else of the
    query may depend on them. `kinds` are their types. The first use raises ValueError for a query that does not fit.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Row]], *kinds: type[Value]) -> None:
        self._make = make
        self._marks = _marks(kinds)

    def rows(self, *values: Value) -> list[Row]:
        """Return the rows, in one query."""
        words = self._words
        return [words.row(row) for row in words.asked(values)]

    def get(self, *values: Value) -> Row:
        """Return the first row. Raises the model's DoesNotExist when there is none."""
        found = self.rows(*values)
        if not found:
            raise self._words.model.DoesNotExist  # type: ignore[attr-defined]  # every model has one
        return found[0]

    @cached_property
    def _words(self) -> _Objects[Row]:
        queryset = self._make(*self._marks)
        is_whole = queryset._iterable_class is ModelIterable  # noqa: SLF001
        if not is_whole or queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
            raise ValueError("only whole models can be prepared, without prefetched ones")
        return _Objects(queryset, self._marks)


class PreparedValues:
    """The same for `make(*values)` with `.values_list(…)`, not flat: `rows(*values)` are tuples."""

    def __init__(self, make: Callable[..., models.QuerySet[Any, Any]], *kinds: type[Value]) -> None:
        self._make = make
        self._marks = _marks(kinds)

    def rows(self, *values: Value) -> list[tuple[Any, ...]]:
        """Return the rows, in one query."""
        return self._words.asked(values)

    @cached_property
    def _words(self) -> _Words:
        queryset = self._make(*self._marks)
        if queryset._iterable_class is not ValuesListIterable:  # noqa: SLF001
            raise ValueError("only lists of values can be prepared here")
        return _Words(queryset, self._marks)


def _marks(kinds: Sequence[type[Value]]) -> list[Value]:
    return [_mark(kind, number) for number, kind in enumerate(kinds)]


def _mark(kind: type[Value], number: int) -> Value:
    if issubclass(kind, datetime):
        return _MARKED_MOMENT + timedelta(days=number)
    return kind(_MARK + number)


class _Words:
    """A query in SQL, and what makes Python's values of its columns."""

    def __init__(self, queryset: models.QuerySet[Any, Any], marks: Sequence[Any]) -> None:
        self.compiler = queryset.query.get_compiler(connection=connection)
        try:
            self.sql, parameters = self.compiler.as_sql()
        except EmptyResultSet as error:
            raise ValueError("a query that finds nothing cannot be prepared") from error
        if not all(mark in parameters for mark in marks):
            raise ValueError("a value does not reach the database as it is")
        self._constants = list(parameters)
        self._places = [(place, marks.index(one)) for place, one in enumerate(parameters) if one in marks]
        self._converters = self.compiler.get_converters([one[0] for one in self.compiler.select or []])

    def asked(self, values: Sequence[Value]) -> list[tuple[Any, ...]]:
        found = rows_of(self.sql, self._parameters(values))
        if not self._converters:
            return found
        return [tuple(row) for row in self.compiler.apply_converters(found, self._converters)]

    def _parameters(self, values: Sequence[Value]) -> list[Any]:
        given = list(self._constants)
        for place, number in self._places:
            given[place] = values[number]
        return given


class _Objects(_Words, Generic[Row]):
    """How the columns become objects: what `ModelIterable` finds out anew each time."""

    def __init__(self, queryset: models.QuerySet[Row], marks: Sequence[Any]) -> None:
        super().__init__(queryset, marks)
        info, select = self.compiler.klass_info or {}, self.compiler.select or []
        columns = info["select_fields"]
        self.model: type[Row] = info["model"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [column[0].target.attname for column in select[self._columns]]
        self._annotated = dict(self.compiler.annotation_col_map or {})
        self._related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of Django 6

    def row(self, values: Sequence[Any]) -> Row:
        found = self.model.from_db(DEFAULT_DB_ALIAS, self._names, values[self._columns])
        for populator in self._related:
            populator.populate(values, found)
        for name, place in self._annotated.items():
            setattr(found, name, values[place])
        return found
