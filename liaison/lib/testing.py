"""What many tests begin with is built once in each process and written back for every later test. For tests only."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

_Arguments = ParamSpec("_Arguments")
_Built = TypeVar("_Built")

# Where a test's mail server listens and where its files lie changes from test to test, and no row holds it.
_IN_NO_ROW: Final = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_TIMEOUT", "FILES_DIR", "STORAGES")
# Of this session; it counts what was tried, also what a savepoint took back, and never goes down.
_WRITTEN = """
    SELECT format('%I.%I', schemaname, relname),
           pg_stat_get_xact_tuples_inserted(relid) - pg_stat_get_xact_tuples_deleted(relid),
           pg_stat_get_xact_tuples_inserted(relid) + pg_stat_get_xact_tuples_deleted(relid)
           + pg_stat_get_xact_tuples_updated(relid)
    FROM pg_stat_xact_user_tables WHERE schemaname NOT LIKE 'pg\\_temp%'
"""
_ARE_THERE = "SELECT count(to_regclass(name)) = count(*) FROM unnest(%s::text[]) AS name"
_COLUMNS = """
    SELECT quote_ident(attname) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""


class _Scene(NamedTuple):
    """What a build wrote and returned: its tables, a query that asks whether they have room, rows as SQL, the result.

    A table that the build made itself, as a partition, may be gone with the transaction of the first test.
    """

    tables: list[str]
    has_room: str
    rows: str
    built: bytes


def built_once(build: Callable[_Arguments, _Built]) -> Callable[_Arguments, _Built]:
    """Decorate a function that fills an empty database for a test, so that only its first call is slow.

    The first call runs `build`, with all its verbs, and keeps the rows that it wrote and what it returned, which must
    be hashable arguments and a picklable result. Calls with the same arguments and settings write the same rows, to
    the last identifier and moment, and return a copy. `build` runs as if it was not decorated where that would not be
    the same: outside a transaction, since whoever commits may have promised something for then, and while a table
    that it writes is not empty.
    """
    scenes: dict[object, _Scene] = {}

    @wraps(build)
    def build_or_repeat(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Built:
        if not connection.in_atomic_block:
            return build(*args, **kwargs)
        key = (args, tuple(kwargs.items()), tuple(_changed_settings()))
        scene = scenes.get(key)
        if scene is None:
            before = _written()
            built = build(*args, **kwargs)
            if scene := _scene_of(built, before):
                scenes[key] = scene
            return built
        with connection.cursor() as cursor:
            if not (_answers_yes(cursor, _ARE_THERE, [scene.tables]) and _answers_yes(cursor, scene.has_room)):
                return build(*args, **kwargs)
            cursor.execute(scene.rows)
        return pickle.loads(scene.built)  # type: ignore[no-any-return]  # noqa: S301  # pickled by this process

    return build_or_repeat


def _answers_yes(cursor: CursorWrapper, question: str, values: list[Any] | None = None) -> bool:
    cursor.execute(question, values)
    return bool(cursor.fetchone() == (True,))


def _changed_settings() -> Iterator[tuple[str, str]]:
    """Give the settings that the test has changed, by which a build may differ."""
    holder: Any = vars(settings)["_wrapped"]  # Django has no other way to ask
    while isinstance(holder, UserSettingsHolder):
        for name, value in sorted(vars(holder).items()):
            if name.isupper() and name not in _IN_NO_ROW:
                yield name, repr(value)
        holder = holder.default_settings


def _written() -> dict[str, tuple[int, int]]:
    """Count per table the rows that this session added less those it took away, and everything that it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return {table: (rows, writes) for table, rows, writes in cursor.fetchall()}


def _scene_of(built: object, before: dict[str, tuple[int, int]]) -> _Scene | None:
    """Keep what was written since `before`; None where other rows stand among them."""
    statements = []
    tables = []
    for table, (rows, writes) in sorted(_written().items()):
        rows_before, writes_before = before.get(table, (0, 0))
        if writes == writes_before:
            continue
        with connection.cursor() as cursor:
            cursor.execute(_COLUMNS, [table])
            columns = [name for (name,) in cursor.fetchall()]
            values = ", ',', ".join(f"quote_nullable({name}::text)" for name in columns)
            cursor.execute(f"SELECT concat('(', {values}, ')') FROM {table}")  # noqa: S608  # names quoted above
            found = [row for (row,) in cursor.fetchall()]
        if len(found) != rows - rows_before:
            return None
        tables.append(table)
        if found:
            into = f"{table} ({', '.join(columns)})"
            statements.append(f"INSERT INTO {into} VALUES {', '.join(found)}")  # noqa: S608  # as above
    room = " AND ".join(f"NOT EXISTS (SELECT FROM {table})" for table in tables)
    return _Scene(tables, f"SELECT {room or 'true'}", ";\n".join(statements) or "SELECT", pickle.dumps(built))
