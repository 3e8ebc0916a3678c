"""Queries of the ORM that are put into SQL once, for the few that run for each alert and each message.

Putting a query with five joins into words takes Django several times as long as PostgreSQL takes to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import ModelIterable, get_related_populators

from liaison.lib.driver import preparing_cursor

Row = TypeVar("Row", bound=models.Model)

_MARK: Final = 0x5EED_0000_0000  # stands for a value while the query is put into words


class Prepared(Generic[Row]):
    """`make(*values)` is a queryset of models, perhaps with `select_related` and `only`; `rows(*values)` runs it.

    The values must reach the database as they are (keys and other numbers, texts), and nothing else of the query may
    depend on them. `kinds` are their types. The first use raises ValueError for a query that does not fit.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Row]], *kinds: type[int | str]) -> None:
        self._make = make
        self._marks = [kind(_MARK + number) for number, kind in enumerate(kinds)]

    def rows(self, *values: int | str) -> list[Row]:
        """Return the rows, in one query."""
        words = self._words
        with preparing_cursor() as cursor:
            cursor.execute(words.sql, words.parameters(values))
            found = cursor.fetchall()
        return [words.row(row) for row in words.compiler.results_iter([found])]

    def get(self, *values: int | str) -> Row:
        """Return the first row. Raises the model's DoesNotExist when there is none."""
        found = self.rows(*values)
        if not found:
            raise self._words.model.DoesNotExist  # type: ignore[attr-defined]  # every model has one
        return found[0]

    @cached_property
    def _words(self) -> _Words[Row]:
        queryset = self._make(*self._marks)
        is_whole = queryset._iterable_class is ModelIterable and not queryset.query.annotations  # noqa: SLF001
        if not is_whole or queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001
            raise ValueError("only whole models can be prepared, without prefetched ones")
        try:
            return _Words(queryset, self._marks)
        except EmptyResultSet as error:
            raise ValueError("a query that finds nothing cannot be prepared") from error


class _Words(Generic[Row]):
    """A query in SQL, and how its columns become objects: what `ModelIterable` finds out anew each time."""

    def __init__(self, queryset: models.QuerySet[Row], marks: Sequence[Any]) -> None:
        self.compiler = queryset.query.get_compiler(connection=connection)
        self.sql, parameters = self.compiler.as_sql()
        if not all(mark in parameters for mark in marks):
            raise ValueError("a value does not reach the database as it is")
        self._constants = list(parameters)
        self._places = [(place, marks.index(one)) for place, one in enumerate(parameters) if one in marks]
        info, select = self.compiler.klass_info or {}, self.compiler.select or []
        columns = info["select_fields"]
        self.model: type[Row] = info["model"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [column[0].target.attname for column in select[self._columns]]
        self._related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of Django 6

    def parameters(self, values: Sequence[int | str]) -> list[Any]:
        given = list(self._constants)
        for place, number in self._places:
            given[place] = values[number]
        return given

    def row(self, values: Sequence[Any]) -> Row:
        found = self.model.from_db(DEFAULT_DB_ALIAS, self._names, values[self._columns])
        for populator in self._related:
            populator.populate(values, found)
        return found
