"""Statements that run thousands of times: prepared once for each connection, so that they are planned once."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def preparing_cursor() -> Any:
    """Return a cursor of Django on this thread's connection, whose statements the server prepares at their first use.

    Django's own cursors bind parameters on the client's side: then every statement is planned anew, which costs more
    than running it. (`prepare_threshold` in the settings says "at their first use".)
    """
    here = connections[DEFAULT_DB_ALIAS]  # looked up once: each word through `connection` would look it up anew
    here.ensure_connection()
    wrapped = here.make_debug_cursor if here.queries_logged else here.make_cursor
    return wrapped(psycopg.Cursor(here.connection))  # type: ignore[arg-type]  # they wrap the driver's cursors


def table_of(model: Any) -> str:
    """Return the name of a model's table, for statements of our own."""
    return str(model._meta.db_table)  # noqa: SLF001  # Django's documented way to it
