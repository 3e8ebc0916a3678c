"""The delivery process: it sends what is due, whatever happens to the database and the mail server."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from typing import Final

import psycopg
from django.db import connections

from liaison.lib.clock import utc_now
from liaison.notifications.claims import release_expired
from liaison.notifications.courier import DATABASE_IS_AWAY, Courier
from liaison.notifications.wakeups import WakeUps

SWEEP_SECONDS: Final = 2.0
_PAUSE_WHILE_A_SERVER_IS_AWAY_SECONDS: Final = 1.0
_SHORTEST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


def deliver_forever(stop: threading.Event) -> None:
    """Send what is due until `stop` is set; the message at hand is finished first, the others are given back.

    Never ends because of the database: it connects again, with growing pauses of at most five seconds.
    """
    courier = Courier(utc_now, stop)
    wake_ups = WakeUps()
    pause = _SHORTEST_PAUSE_SECONDS
    try:
        while not stop.is_set():
            try:
                _deliver_once(courier, wake_ups, stop)
                pause = _SHORTEST_PAUSE_SECONDS
            except (*DATABASE_IS_AWAY, psycopg.Error) as error:
                logger.warning("The database is away, deliveries wait %.1f s: %s", pause, error)
                wake_ups.close()
                connections.close_all()
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
    finally:
        courier.close()
        wake_ups.close()
        connections.close_all()


def deliver_batch(now: datetime) -> int:
    """Send at most one batch of what is due at `now`; returns how many messages were taken."""
    courier = Courier(lambda: now)
    try:
        return courier.deliver_batch().taken
    finally:
        courier.close()


def sweep(now: datetime) -> int:
    """Return messages whose worker is gone to those that wait; returns how many. For the ticker."""
    return release_expired(now)


def _deliver_once(courier: Courier, wake_ups: WakeUps, stop: threading.Event) -> None:
    wake_ups.listen()
    batch = courier.deliver_batch()
    if batch.is_unavailable:
        stop.wait(_PAUSE_WHILE_A_SERVER_IS_AWAY_SECONDS)
    elif not batch.taken:
        wake_ups.wait(SWEEP_SECONDS, stop)
