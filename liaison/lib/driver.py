"""Statements that run thousands of times: prepared once for each connection, so that they are planned once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGresult

_MOST_PREPARED: Final = 200
_NAME: Final = "read_{}"
# After a rollback the driver lets the server forget all that was prepared; and a table may have got another column.
_FORGOTTEN: Final = frozenset({b"26000", b"0A000"})
_NAMED: Final = re.compile(r"%\((\w+)\)s")


def preparing_cursor() -> Any:
    """Return a cursor of Django on this thread's connection, whose statements the server prepares at their first use.

    Django's own cursors bind parameters on the client's side: then every statement is planned anew, which costs more
    than running it. (`prepare_threshold` in the settings says "at their first use".)
    """
    here = connections[DEFAULT_DB_ALIAS]  # looked up once: each word through `connection` would look it up anew
    here.ensure_connection()
    wrapped = here.make_debug_cursor if here.queries_logged else here.make_cursor
    return wrapped(psycopg.Cursor(here.connection))  # type: ignore[arg-type]  # they wrap the driver's cursors


def rows_of(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a statement, with `%s` for each value or `%(name)s`; it must be one that returns rows.

    The same as by `preparing_cursor`. Where nobody watches and outside of transactions, it is handed straight to the
    connection below the driver's cursor: two cursors around each other take longer for a small answer than the server.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    driver: Any = here.connection
    if here.queries_logged or here.execute_wrappers or not _is_free(driver):
        with preparing_cursor() as cursor:
            cursor.execute(statement, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
    with here.wrap_database_errors:
        if isinstance(values, Mapping):
            statement, names = _in_order(statement)
            values = [values[name] for name in names]
        return _asked(driver, statement, values)


def table_of(model: Any) -> str:
    """Return the name of a model's table, for statements of our own."""
    return str(model._meta.db_table)  # noqa: SLF001  # Django's documented way to it


class _Names:
    """What a connection has prepared: the name of each text with the types of its values; the oldest unused go."""

    def __init__(self) -> None:
        self._names: OrderedDict[tuple[str, tuple[int, ...]], bytes] = OrderedDict()
        self._made = count()

    def name(self, driver: psycopg.Connection[Any], statement: str, types: tuple[int, ...]) -> bytes:
        key = (statement, types)
        found = self._names.get(key)
        if found is not None:
            self._names.move_to_end(key)
            return found
        if len(self._names) >= _MOST_PREPARED:
            self.forget(driver, next(iter(self._names)))
        name = _NAME.format(next(self._made)).encode()
        _checked(driver, driver.pgconn.prepare(name, _numbered(statement).encode(), types))
        self._names[key] = name
        return name

    def forget(self, driver: psycopg.Connection[Any], key: tuple[str, tuple[int, ...]]) -> None:
        driver.pgconn.exec_(b"DEALLOCATE " + self._names.pop(key))  # the server may have forgotten it before


_PREPARED: Final[WeakKeyDictionary[psycopg.Connection[Any], _Names]] = WeakKeyDictionary()


def _asked(driver: psycopg.Connection[Any], statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    adapting = Transformer(driver)
    given: Any = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
    known = _PREPARED.get(driver)
    if known is None:
        known = _PREPARED[driver] = _Names()
    key = (statement, adapting.types or ())
    result = driver.pgconn.exec_prepared(known.name(driver, *key), given, adapting.formats)
    if result.error_field(DiagnosticField.SQLSTATE) in _FORGOTTEN:
        known.forget(driver, key)
        result = driver.pgconn.exec_prepared(known.name(driver, *key), given, adapting.formats)
    adapting.set_pgresult(_checked(driver, result))
    return adapting.load_rows(0, result.ntuples, tuple)


def _is_free(driver: psycopg.Connection[Any]) -> bool:
    """Say whether a statement stands alone: a transaction would be over with the first attempt that fails."""
    is_alone = driver.autocommit and driver.pgconn.transaction_status == TransactionStatus.IDLE
    return is_alone and driver.pgconn.pipeline_status == PipelineStatus.OFF


def _checked(driver: psycopg.Connection[Any], result: PGresult) -> PGresult:
    """Return an answer that is none of an error. Raises what the driver's cursor would."""
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return result
    if driver.pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(result.get_error_message(driver.info.encoding))
    raise error_from_result(result, driver.info.encoding)


@lru_cache(maxsize=1000)
def _in_order(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return a text of ours with `%s` in place of names, and the names."""
    return _NAMED.sub("%s", statement), tuple(_NAMED.findall(statement))


def _numbered(statement: str) -> str:
    """Return a text with `$1` for the first `%s`, and so on, as the server reads it."""
    first, *others = statement.split("%s")
    text = "".join([first, *(f"${number}{piece}" for number, piece in enumerate(others, start=1))])
    return text.replace("%%", "%")
