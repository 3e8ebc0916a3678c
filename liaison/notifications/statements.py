"""Running the workers' statements: prepared once for each connection, so that they are planned once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from weakref import WeakValueDictionary

from django.db import InterfaceError, OperationalError, connection, connections

from liaison.lib.driver import preparing_cursor

DATABASE_IS_AWAY: Final = (OperationalError, InterfaceError)

# A plan is made once for a connection and not for each batch. Made while a table was small it must still be right when
# it is large, so it uses the indexes that these statements are written for.
_PLAN_ONCE: Final = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),
    set_config('jit', 'off', false)
"""

_closing: Final = threading.Lock()
_ready: WeakValueDictionary[int, Any] = WeakValueDictionary()  # the connections that know it, by identity


def begin_anew() -> None:
    """Let go of connections that are lost, and of the pool: it would try again only after growing pauses."""
    connections.close_all()
    with _closing, suppress(KeyError):
        connection.close_pool()  # type: ignore[attr-defined]  # the stubs know only the common base


def run(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement on this thread's connection and return its rows. Raises Django's database errors.

    They are long and run thousands of times, so the server prepares them.
    """
    with preparing_cursor() as cursor:
        opened = connection.connection
        if _ready.get(id(opened)) is not opened:
            cursor.execute(_PLAN_ONCE)
            _ready[id(opened)] = opened
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
