"""LISTEN on a connection of its own, outside Django's pool: a wake-up saves time, nothing depends on it."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Final

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from liaison.notifications.engine import WAKE_UP

_SLICE_SECONDS: Final = 0.5


class WakeUps:
    """Tells when somebody announced something. Raises psycopg.Error when the database is away."""

    def __init__(self) -> None:
        self._listening: psycopg.Connection | None = None

    def listen(self) -> None:
        """Listen from now on, so that nothing announced between a look and the wait is missed."""
        if self._listening is None or self._listening.closed:
            opened = psycopg.connect(_conninfo(), autocommit=True)
            opened.execute(f"LISTEN {WAKE_UP}")
            self._listening = opened

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait until something was announced, at most `seconds`, and not past `stop`."""
        self.listen()
        end = monotonic() + seconds
        while self._listening is not None and not stop.is_set() and (left := end - monotonic()) > 0:
            for _ in self._listening.notifies(timeout=min(left, _SLICE_SECONDS), stop_after=1):
                return

    def close(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.close()


def _conninfo() -> str:
    """Return how Django connects, without what only Django's own connections use."""
    parameters = connection.get_connection_params()
    own = {"context", "cursor_factory", "prepare_threshold", "row_factory"}
    return make_conninfo(**{key: value for key, value in parameters.items() if key not in own and value})
