"""LISTEN on a connection of its own, outside Django's pool: a wake-up saves time, nothing depends on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from math import ceil
from time import monotonic, time
from typing import Final

import psycopg
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from liaison.lib.driver import preparing_cursor

WAKE_UP: Final = "liaison_messages"
_LOOK_AHEAD: Final = timedelta(minutes=1)  # what is due later is found by looking, a moment late
_MOST_MOMENTS: Final = 50
_STEP_SECONDS: Final = 0.05  # what is due within one step goes together
_SLICE_SECONDS: Final = 0.5
_PAUSE_WHILE_THE_DATABASE_IS_AWAY_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


def wake_workers(channels: Iterable[str]) -> None:
    """Wake the couriers of these channels once the transaction at hand is committed.

    A NOTIFY within it would make all commits that wake somebody wait for one another's disk writes. If it fails, what
    was committed stays committed, and the workers find it when they look by themselves.
    """
    _notify_after_commit(sorted(set(channels)))


def wake_workers_when_due(due: Iterable[tuple[str, datetime]], *, now: datetime) -> None:
    """Wake the couriers of these channels at these moments: at once after the commit, or when a bundle is complete."""
    soon = sorted({(at, channel) for channel, at in due if at <= now + _LOOK_AHEAD})
    calls = [channel if at <= now else f"{channel}@{_step_after(at)}" for at, channel in soon]
    _notify_after_commit(list(dict.fromkeys(calls))[:_MOST_MOMENTS])


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
        self._moments: list[tuple[float, str]] = []  # a heap of what is due soon, in seconds since 1970
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
                for notice in listening.notifies(timeout=self._patience(), stop_after=1):
                    self._note(notice.payload.split(","))
                self._ring_what_is_due()

    def _patience(self) -> float:
        until_next = self._moments[0][0] - time() if self._moments else _SLICE_SECONDS
        return min(max(until_next, 0.001), _SLICE_SECONDS)

    def _note(self, calls: Iterable[str]) -> None:
        """Ring for what is due now, and remember what will be."""
        for call in calls:
            channel, _at, moment = call.partition("@")
            if not moment:
                self._ring([channel])
            elif (float(moment), channel) not in self._moments:
                heappush(self._moments, (float(moment), channel))

    def _ring_what_is_due(self) -> None:
        due = set()
        while self._moments and self._moments[0][0] <= time():
            due.add(heappop(self._moments)[1])
        self._ring(due)

    def _ring_all(self) -> None:
        self._ring(self._bells)

    def _ring(self, channels: Iterable[str]) -> None:
        for channel in channels:
            if channel in self._bells:
                self._bells[channel].ring()


def _step_after(at: datetime) -> str:
    return f"{ceil(at.timestamp() / _STEP_SECONDS) * _STEP_SECONDS:.2f}"


def _notify_after_commit(calls: Iterable[str]) -> None:
    wanted = ",".join(calls)
    if wanted:
        transaction.on_commit(partial(_notify, wanted), robust=True)


def _notify(calls: str) -> None:
    with preparing_cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [WAKE_UP, calls])


def _conninfo() -> str:
    """Return how Django connects, without what only Django's own connections use."""
    parameters = connection.get_connection_params()
    own = {"context", "cursor_factory", "prepare_threshold", "row_factory"}
    return make_conninfo(**{key: value for key, value in parameters.items() if key not in own and value})
