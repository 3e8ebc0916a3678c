"""Advisory locks of the database, for what only one process of an installation may do at a time."""

from __future__ import annotations

from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator


class Lock(IntEnum):
    """The keys of our advisory locks: any numbers, as long as they stay the same and nobody else's."""

    PREPARE = 7_265_120_001
    TICKER = 7_265_120_002


def connect() -> psycopg.Connection[Any]:
    """Open a connection of its own, outside Django's pool: a lock lives exactly as long as its connection."""
    parameters = connection.get_connection_params()
    keep_alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    return psycopg.connect(**{"connect_timeout": 5, **keep_alive, **parameters}, autocommit=True)


@contextmanager
def held(lock: Lock) -> Iterator[None]:
    """Wait for the lock and hold it around a block."""
    with connect() as own:
        own.execute("SELECT pg_advisory_lock(%s)", [lock])
        yield


def try_to_take(own: psycopg.Connection[Any], lock: Lock) -> bool:
    """Take the lock for as long as this connection lives, unless another process has it."""
    row = own.execute("SELECT pg_try_advisory_lock(%s)", [lock]).fetchone()
    return bool(row and row[0])
