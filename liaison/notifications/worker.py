"""The delivery process: it sends what is due, whatever happens to the database and to the other sides."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

from django.db import connections

from liaison.lib.clock import utc_now
from liaison.notifications.claims import MOST_IN_FLIGHT, release_expired
from liaison.notifications.courier import Courier
from liaison.notifications.facts import Channel
from liaison.notifications.statements import DATABASE_IS_AWAY, begin_anew
from liaison.notifications.wakeups import Bell, WakeUps

SWEEP_SECONDS: Final = 2.0
PATIENCE_AT_THE_END_SECONDS: Final = 10.0
_PAUSE_WHILE_A_SERVER_IS_AWAY_SECONDS: Final = 1.0
_SHORTEST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """One courier of a process: its channel, and how many messages it may have in flight."""

    channel: Channel
    most_in_flight: int


# Together never more than MOST_IN_FLIGHT, which is what one crash may repeat (invariant 1). Endpoints answer slowly
# and each for itself, mail goes through one server: so one courier for mail, several for the others.
POSTS: Final = (Post(Channel.EMAIL, 16), Post(Channel.WEBHOOK, 2), Post(Channel.WEBHOOK, 2))

if sum(post.most_in_flight for post in POSTS) > MOST_IN_FLIGHT:
    raise RuntimeError("a worker has more messages in flight than one crash may repeat")


def deliver_forever(stop: threading.Event) -> None:
    """Send what is due until `stop` is set; the message at hand is finished first, the others are given back."""
    bells = {post.channel.value: Bell() for post in POSTS}
    wake_ups = WakeUps(bells, stop)
    wake_ups.start()
    others = [_thread_for(post, stop, bells[post.channel]) for post in POSTS[1:]]
    for thread in others:
        thread.start()
    _deliver_on(POSTS[0], stop, bells[POSTS[0].channel])
    for thread in others:
        thread.join()
    wake_ups.join()


def deliver_batch(now: datetime, *, channel: str = Channel.EMAIL) -> int:
    """Send at most one batch of what is due at `now`; returns how many messages were taken."""
    courier = Courier(lambda: now, channel=channel)
    try:
        return courier.deliver_batch().taken
    finally:
        courier.close()


def sweep(now: datetime) -> int:
    """Return messages whose worker is gone to those that wait; returns how many. For the ticker."""
    return release_expired(now)


def _thread_for(post: Post, stop: threading.Event, bell: Bell) -> threading.Thread:
    return threading.Thread(target=_deliver_on, args=(post, stop, bell), name=f"courier-{post.channel}")


def _deliver_on(post: Post, stop: threading.Event, bell: Bell) -> None:
    """Send what is due on one channel. Never ends because of the database: it tries again, with growing pauses."""
    courier = Courier(utc_now, stop, channel=post.channel, most_in_flight=post.most_in_flight)
    shift = _Shift(courier, stop, bell)
    pause = _SHORTEST_PAUSE_SECONDS
    try:
        while not stop.is_set():
            try:
                shift.work()
                pause = _SHORTEST_PAUSE_SECONDS
            except DATABASE_IS_AWAY as error:
                courier.notice_database_away()
                logger.warning("The database is away, deliveries wait %.1f s: %s", pause, error)
                begin_anew()
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            except Exception:
                logger.exception("A batch of messages could not be delivered; it is tried again.")
                connections.close_all()
                stop.wait(_LONGEST_PAUSE_SECONDS)
    finally:
        courier.close(patience=PATIENCE_AT_THE_END_SECONDS)
        connections.close_all()


class _Shift:
    """A courier at work: batch after batch, and a rest when there is nothing to do."""

    def __init__(self, courier: Courier, stop: threading.Event, bell: Bell) -> None:
        self._courier = courier
        self._stop = stop
        self._bell = bell
        self._swept_at = 0.0

    def work(self) -> None:
        count = self._bell.count
        if monotonic() - self._swept_at > SWEEP_SECONDS:
            release_expired(utc_now())
            self._swept_at = monotonic()
        batch = self._courier.deliver_batch()
        if batch.is_unavailable:
            self._stop.wait(_PAUSE_WHILE_A_SERVER_IS_AWAY_SECONDS)
        elif not batch.taken:
            self._bell.wait(SWEEP_SECONDS, since=count)
