"""Many rows in one statement. For verbs that write as many rows as somebody sends (intake, announcements, history).

Rows go in by COPY, which costs a twentieth of objects saved one by one; all constraints do their work as ever.
The database's errors are Django's, as from the ORM.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NewType

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connection, connections, models

from liaison.lib.driver import preparing_cursor

JsonText = NewType("JsonText", str)
ListText = NewType("ListText", str)
Row = tuple[type[models.Model], Mapping[str, Any]]
Other = tuple[models.Model, str]
_LENGTH: Final = re.compile(r"\(\d+\)")
_TURN: Final = "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s, %s))"
_WHOLE: Final[frozenset[type]] = frozenset({int, type(None)})
_TEXT: Final[frozenset[type]] = frozenset({str, type(None)})
# What the database takes from a column of these kinds as it is.
_AS_THEY_ARE: Final[Mapping[type[models.Field[Any, Any]], frozenset[type]]] = {
    models.BigIntegerField: _WHOLE,
    models.BooleanField: frozenset({bool, type(None)}),
    models.CharField: _TEXT,
    models.ForeignKey: _WHOLE,
    models.IntegerField: _WHOLE,
    models.PositiveIntegerField: _WHOLE,
    models.PositiveSmallIntegerField: _WHOLE,
    models.SmallIntegerField: _WHOLE,
    models.TextField: _TEXT,
}


def as_json(value: Any) -> JsonText:
    """Return a JSON value as rows hold it; rows that share it share the work of writing it."""
    return JsonText(json.dumps(value))


def as_list(texts: Iterable[str]) -> ListText:
    """Return a list of texts as rows hold it, for rows that share it."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return ListText("{" + ",".join(f'"{text}"' for text in quoted) + "}")


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Take `count` fresh primary keys from the table's sequence, in one statement, none for 0."""
    if not count:
        return []
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001  # Django's documented way to both
    with preparing_cursor() as cursor:
        cursor.execute(
            "SELECT nextval(name::regclass)"
            " FROM pg_get_serial_sequence(%s, %s) AS name, generate_series(1, %s::integer)",
            [table, key, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert_object(row: models.Model, *, unless_there: bool = False, turn: tuple[int, int] | None = None) -> bool:
    """Insert one object and give it its key: what `save` does, at a quarter of its cost. Say whether it went in.

    Not for models with a column whose default only the database knows (NotSupportedError).

    With `unless_there` a row that stands against it by any unique constraint keeps it out, and nothing is raised; one
    that another transaction is about to commit is waited for.

    `turn` names an advisory lock, which is taken before, in the same statement, until the transaction ends.
    """
    fields, statement = _insert(type(row), unless_there, takes_turn=turn is not None)
    with preparing_cursor() as cursor:
        cursor.execute(statement, [*(turn or ()), *_values(row, fields)])
        found = cursor.fetchone()
    if found is None:
        return False
    _went_in(row, found[0])
    return True


def insert_with(row: models.Model, others: Sequence[Other], *, unless_there: bool = False) -> bool:
    """Insert one object, and others with its key in one of their columns, all in one statement. They get their keys.

    Of each of the others the attribute is named (`case_id`) that takes the key. `unless_there` is that of
    `insert_object` and speaks of the first: where it keeps it out, the others stay out with it. Say whether it went in.
    """
    fields, statement = _insert_family(type(row), tuple((type(one), name) for one, name in others), unless_there)
    objects = (row, *(one for one, _name in others))
    values = [value for one, named in zip(objects, fields, strict=True) for value in _values(one, named)]
    with preparing_cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    if found is None:
        return False
    for one, key in zip(objects, found, strict=True):
        _went_in(one, key)
    for one, name in others:
        pointer = _field(type(one), name)
        setattr(one, pointer.name, row if pointer.is_relation else pointer.to_python(row.pk))
    return True


def insert_rows(model: type[models.Model], names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows that hold a value for each of the columns `names`; JSON values as `as_json` made them.

    The other columns get the defaults of the model's fields, and a primary key that is not named comes from the
    sequence. Raises NotSupportedError for a default that is made anew for each row: such a column must be named.
    """
    rows = list(rows)
    if len(rows) == 1:  # COPY goes to the server and back three times
        _insert_row(model, names, rows[0])
        return
    statement, defaults = _copy(model, names)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *defaults))


def insert_pair(first: Row, second: Row, pointer: str) -> None:
    """Insert two rows of two models in one statement: the second one's column `pointer` takes the key of the first.

    Values are by column, JSON as `as_json` made it. The same defaults as those of `insert_rows`.
    """
    (model, values), (other, others) = first, second
    statement, defaults, other_defaults = _pair(model, tuple(values), other, tuple(others), pointer)
    with preparing_cursor() as cursor:
        cursor.execute(statement, [*values.values(), *defaults, *others.values(), *other_defaults])


def update_rows(model: type[models.Model], names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Set the columns `names` of existing rows in one statement. The first is the primary key, which finds the row."""
    if not rows:
        return
    with preparing_cursor() as cursor:
        cursor.execute(_update(model, names), [list(column) for column in zip(*rows, strict=True)])


def _insert_row(model: type[models.Model], names: tuple[str, ...], row: Sequence[Any]) -> None:
    statement, defaults = _one(model, names)
    with preparing_cursor() as cursor:
        cursor.execute(statement, [*row, *defaults])


@cache
def _copy(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the COPY statement, and the values of the columns that the caller does not name."""
    columns, defaults = _filled(model, names)
    return f'COPY "{model._meta.db_table}" ({_listed(columns)}) FROM STDIN', defaults  # noqa: SLF001


@cache
def _one(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    columns, defaults = _filled(model, names)
    marks = _marks(model, columns)
    return f'INSERT INTO "{model._meta.db_table}" ({_listed(columns)}) VALUES ({marks})', defaults  # noqa: S608, SLF001  # names from the model


@cache
def _pair(
    model: type[models.Model], names: tuple[str, ...], other: type[models.Model], others: tuple[str, ...], pointer: str
) -> tuple[str, tuple[Any, ...], tuple[Any, ...]]:
    """Return the statement, and the values of the columns that the caller does not name, of both."""
    columns, defaults = _filled(model, names)
    listed, other_defaults = _filled(other, (pointer, *others))
    statement = (
        f'WITH kept AS (INSERT INTO "{model._meta.db_table}" ({_listed(columns)}) VALUES ({_marks(model, columns)})'  # noqa: S608, SLF001  # names from the models
        f' RETURNING "{model._meta.pk.column}" AS key)'  # noqa: SLF001
        f' INSERT INTO "{other._meta.db_table}" ({_listed(listed)})'  # noqa: SLF001
        f" SELECT kept.key, {_marks(other, listed[1:])} FROM kept"
    )
    return statement, defaults, other_defaults


def _filled(model: type[models.Model], names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return the columns named and those that need a value, and the values of these."""
    fields = model._meta.concrete_fields  # noqa: SLF001
    left_out = [field for field in fields if field.column not in names and _needs_a_default(field)]
    return (*names, *(str(field.column) for field in left_out)), tuple(_default(field) for field in left_out)


def _marks(model: type[models.Model], names: tuple[str, ...]) -> str:
    """Return a place for each value with its type."""
    types = _types(model)
    return ", ".join(f"%s::{types[name]}" for name in names)


def _types(model: type[models.Model]) -> dict[str, str]:
    """Return the types of the columns; without their lengths, to which a cast would cut silently."""
    fields = model._meta.concrete_fields  # noqa: SLF001
    return {str(field.column): _LENGTH.sub("", str(field.db_type(connection))) for field in fields}


def _needs_a_default(field: models.Field[Any, Any]) -> bool:
    if field.primary_key or field.has_db_default():
        return False
    return field.has_default() or not field.null


def _default(field: models.Field[Any, Any]) -> Any:
    if field.has_default() and callable(field.default) and field.default not in {dict, list}:
        raise NotSupportedError(f"{field} has a default that is made for each row: name its column")
    value = field.get_default()
    return as_json(value) if isinstance(field, models.JSONField) else field.get_prep_value(value)


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    types = _types(model)
    arrays = ", ".join(f"%s::{types[name]}[]" for name in names)
    changes = ", ".join(f'"{name}" = new."{name}"' for name in names[1:])
    return (
        f'UPDATE "{model._meta.db_table}" AS kept SET {changes}'  # noqa: S608, SLF001  # names from the model
        f' FROM unnest({arrays}) AS new({_listed(names)}) WHERE kept."{names[0]}" = new."{names[0]}"'
    )


@cache
def _insert(
    model: type[models.Model], unless_there: bool, *, takes_turn: bool = False
) -> tuple[list[models.Field[Any, Any]], str]:
    fields = _written(model)
    columns = tuple(str(field.column) for field in fields)
    marks = _marks(model, columns)
    given = f"SELECT {marks} FROM turn" if takes_turn else f"VALUES ({marks})"  # noqa: S608  # names from the models
    way_out = " ON CONFLICT DO NOTHING" if unless_there else ""
    statement = (
        f'INSERT INTO "{model._meta.db_table}" ({_listed(columns)}) {given}{way_out}'  # noqa: SLF001  # as above
        f' RETURNING "{model._meta.pk.column}"'  # noqa: SLF001
    )
    return fields, f"{_TURN} {statement}" if takes_turn else statement


@cache
def _insert_family(
    model: type[models.Model], others: tuple[tuple[type[models.Model], str], ...], unless_there: bool
) -> tuple[list[list[models.Field[Any, Any]]], str]:
    """Return the fields of each object whose values the statement takes, in their order, and the statement."""
    fields, first = _insert(model, unless_there)
    named, steps, keys = [fields], [f"first (key) AS ({first})"], ["first.key"]
    for number, (other, name) in enumerate(others):
        pointer = _field(other, name)
        rest = [field for field in _written(other) if field is not pointer]
        columns = tuple(str(field.column) for field in rest)
        steps.append(
            f'row_{number} (key) AS (INSERT INTO "{other._meta.db_table}" ({_listed((str(pointer.column), *columns))})'  # noqa: S608, SLF001  # as above
            f" SELECT first.key, {_marks(other, columns)} FROM first"
            f' RETURNING "{other._meta.pk.column}")'  # noqa: SLF001
        )
        named.append(rest)
        keys.append(f"(SELECT key FROM row_{number})")  # noqa: S608  # as above
    return named, f"WITH {', '.join(steps)} SELECT {', '.join(keys)} FROM first"  # noqa: S608  # as above


def _written(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    fields = [one for one in model._meta.concrete_fields if not one.primary_key and not one.generated]  # noqa: SLF001
    if any(one.has_db_default() and not one.has_default() for one in fields):
        raise NotSupportedError(f"{model} has a column whose default only the database knows")
    return fields


def _field(model: type[models.Model], attribute: str) -> models.Field[Any, Any]:
    return next(one for one in model._meta.concrete_fields if one.attname == attribute)  # noqa: SLF001


def _values(row: models.Model, fields: Iterable[models.Field[Any, Any]]) -> list[Any]:
    """Return the values of an object as the driver takes them.

    A field is not asked for what needs no preparing: that would be half of the work.
    """
    held, none, here = row.__dict__, frozenset[type](), connections[DEFAULT_DB_ALIAS]
    return [
        value
        if type(value := held[field.attname]) in _AS_THEY_ARE.get(type(field), none)
        else field.get_db_prep_save(value, here)
        for field in fields
    ]


def _went_in(row: models.Model, key: Any) -> None:
    """Leave an object as `save` does."""
    row.pk = key
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # see above


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
