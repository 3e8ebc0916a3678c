"""Running the workers' statements: prepared once for each connection, so that they are planned once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection

DATABASE_IS_AWAY: Final = (OperationalError, InterfaceError)


def run(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement on this thread's connection and return its rows. Raises Django's database errors.

    Django binds parameters on the client's side, which keeps the server from preparing anything: these
    statements are long and run thousands of times, so they go to the driver directly.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(statement, parameters, prepare=True)
        return cursor.fetchall() if cursor.description else []
