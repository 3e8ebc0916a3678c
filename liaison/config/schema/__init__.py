"""What all migrations together make, as one file: an empty database starts from it in a second (decision 0036).

`schema.sql` is made by `make schema`. Later migrations run on top of it, so an old file costs time and nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.db import transaction

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SCHEMA: Final = Path(__file__).parent / "schema.sql"
PLACE: Final = "public"
"""The PostgreSQL schema that the file names. Where tables go elsewhere, every migration runs."""
_HELD: Final = """
    SELECT current_schema() = %s AND NOT EXISTS (
        SELECT FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
    )
"""


def is_for(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the database is empty, and puts its tables where the file has them."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [PLACE])
        return bool(cursor.fetchone() == (True,))


def make(connection: BaseDatabaseWrapper) -> None:
    """Make every table in an empty database and note the migrations that stand behind them: all of it or nothing."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(SCHEMA.read_text())
