"""LISTEN on a connection of its own, outside Django's pool: a wake-up saves time, nothing depends on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from functools import partial
from time import monotonic
from typing import Final

import psycopg
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

WAKE_UP: Final = "liaison_messages"
_SLICE_SECONDS: Final = 0.5
_PAUSE_WHILE_THE_DATABASE_IS_AWAY_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


def wake_workers(channels: Iterable[str]) -> None:
    """Wake the couriers of these channels once the transaction at hand is committed.

    A NOTIFY within it would make all commits that wake somebody wait for one another's disk writes. If it fails, what
    was committed stays committed, and the workers find it when they look by themselves.
    """
    wanted = ",".join(sorted(set(channels)))
    if wanted:
        transaction.on_commit(partial(_notify, wanted), robust=True)


class Bell:
    """Rings for everybody in the process who waits. Whoever took the count before looking misses no ring."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        return self._count

    def ring(self) -> None:
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def wait(self, seconds: float, *, since: int) -> None:
        """Wait until it rang after the count was `since`, at most `seconds`."""
        end = monotonic() + seconds
        with self._rung:
            while self._count == since and (left := end - monotonic()) > 0:
                self._rung.wait(left)


class WakeUps:
    """A thread that rings a channel's bell when something is due on it. Losing the database ends nothing."""

    def __init__(self, bells: Mapping[str, Bell], stop: threading.Event) -> None:
        self._bells = bells
        self._stop = stop
        self._thread = threading.Thread(target=self._listen_forever, name="wake-ups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _listen_forever(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                logger.info("Wake-ups wait for the database: %s", error)
                self._stop.wait(_PAUSE_WHILE_THE_DATABASE_IS_AWAY_SECONDS)
        self._ring_all()

    def _listen(self) -> None:
        with psycopg.connect(_conninfo(), autocommit=True) as listening:
            listening.execute(f"LISTEN {WAKE_UP}")
            self._ring_all()  # for what was announced before we listened
            while not self._stop.is_set():
                for notice in listening.notifies(timeout=_SLICE_SECONDS, stop_after=1):
                    self._ring(notice.payload.split(","))

    def _ring_all(self) -> None:
        self._ring(self._bells)

    def _ring(self, channels: Iterable[str]) -> None:
        for channel in channels:
            if channel in self._bells:
                self._bells[channel].ring()


def _notify(channels: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [WAKE_UP, channels])


def _conninfo() -> str:
    """Return how Django connects, without what only Django's own connections use."""
    parameters = connection.get_connection_params()
    own = {"context", "cursor_factory", "prepare_threshold", "row_factory"}
    return make_conninfo(**{key: value for key, value in parameters.items() if key not in own and value})
