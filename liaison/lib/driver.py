"""Statements that run thousands of times: prepared once for each connection, so that they are planned once."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection


def preparing_cursor() -> Any:
    """Return a cursor of Django on this thread's connection, whose statements the server prepares at their first use.

    Django's own cursors bind parameters on the client's side: then every statement is planned anew, which costs more
    than running it. (`prepare_threshold` in the settings says "at their first use".)
    """
    connection.ensure_connection()
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return wrapped(psycopg.Cursor(connection.connection))  # type: ignore[arg-type]  # they wrap the driver's cursors
