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
from liaison.notifications.courier import Batch, Courier
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
    """One thread of a process: the channels that it serves in turn, and how many messages it may have in flight."""

    channels: tuple[Channel, ...]
    most_in_flight: int


# Together never more than MOST_IN_FLIGHT, which is what one crash may repeat (invariant 1). Endpoints answer slowly
# and each for itself, mail goes through one server: so one thread for mail, several for all the others.
_OTHERS: Final = tuple(channel for channel in Channel if channel is not Channel.EMAIL)
POSTS: Final = (Post((Channel.EMAIL,), 16), Post(_OTHERS, 2), Post(_OTHERS, 2))

if sum(post.most_in_flight for post in POSTS) > MOST_IN_FLIGHT:
    raise RuntimeError("a worker has more messages in flight than one crash may repeat")


def deliver_forever(stop: threading.Event) -> None:
    """Send what is due until `stop` is set; the message at hand is finished first, the others are given back."""
    bells = {channels: _Bells(channels) for channels in dict.fromkeys(post.channels for post in POSTS)}
    wake_ups = WakeUps({channel: bell for known in bells.values() for channel, bell in known.by_channel.items()}, stop)
    wake_ups.start()
    others = [_thread_for(post, stop, bells[post.channels]) for post in POSTS[1:]]
    for thread in others:
        thread.start()
    _deliver_at(POSTS[0], stop, bells[POSTS[0].channels])
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


def _thread_for(post: Post, stop: threading.Event, bells: _Bells) -> threading.Thread:
    return threading.Thread(target=_deliver_at, args=(post, stop, bells), name=f"courier-{post.channels[0]}")


class _ChannelBell(Bell):
    """The bell of one channel. It rings the bell of its post as well, on which the post's threads wait."""

    def __init__(self, of_post: Bell) -> None:
        super().__init__()
        self._of_post = of_post

    def ring(self) -> None:
        super().ring()
        self._of_post.ring()


class _Bells:
    """The bells of the channels that posts share, and the one that rings with each of them."""

    def __init__(self, channels: tuple[Channel, ...]) -> None:
        self.of_post = Bell()
        self.by_channel = {channel.value: _ChannelBell(self.of_post) for channel in channels}


def _deliver_at(post: Post, stop: threading.Event, bells: _Bells) -> None:
    """Send what is due at one post. Never ends because of the database: it tries again, with growing pauses."""
    shift = _Shift(post, stop, bells)
    pause = _SHORTEST_PAUSE_SECONDS
    try:
        while not stop.is_set():
            try:
                shift.work()
                pause = _SHORTEST_PAUSE_SECONDS
            except DATABASE_IS_AWAY as error:
                shift.notice_database_away()
                logger.warning("The database is away, deliveries wait %.1f s: %s", pause, error)
                begin_anew()
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            except Exception:
                logger.exception("A batch of messages could not be delivered; it is tried again.")
                connections.close_all()
                stop.wait(_LONGEST_PAUSE_SECONDS)
    finally:
        shift.close()
        connections.close_all()


@dataclass
class _Round:
    """One channel of a post: its courier, and whether there may be something to do."""

    courier: Courier
    bell: Bell
    rung: int = -1  # how often its bell had rung when we last looked
    has_more: bool = True

    @property
    def is_called(self) -> bool:
        return self.has_more or self.bell.count != self.rung


class _Shift:
    """The couriers of a post at work, one after the other: batch after batch, and a rest when there is nothing to do.

    They share the number of messages that the post may have in flight: one of them sends at a time, and the answers
    that all of them wait for are counted together.
    """

    def __init__(self, post: Post, stop: threading.Event, bells: _Bells) -> None:
        self._stop = stop
        self._bell = bells.of_post
        self._rounds = [_Round(self._courier(channel, post), bells.by_channel[channel]) for channel in post.channels]
        self._swept_at = 0.0

    def work(self) -> None:
        """Take one batch of each channel that may have something; wait when none had."""
        count = self._bell.count
        if monotonic() - self._swept_at > SWEEP_SECONDS:
            release_expired(utc_now())
            self._swept_at = monotonic()
            for one in self._rounds:
                one.has_more = True
        called = [one for one in self._rounds if one.is_called]
        batches = [self._look(one) for one in called]
        if any(batch.is_unavailable for batch in batches):
            self._stop.wait(_PAUSE_WHILE_A_SERVER_IS_AWAY_SECONDS)
        elif not any(batch.taken for batch in batches):
            self._bell.wait(SWEEP_SECONDS, since=count)

    def notice_database_away(self) -> None:
        for one in self._rounds:
            one.courier.notice_database_away()
            one.has_more = True

    def close(self) -> None:
        end = monotonic() + PATIENCE_AT_THE_END_SECONDS
        for one in self._rounds:
            one.courier.close(patience=max(end - monotonic(), 0.0))

    def _look(self, one: _Round) -> Batch:
        one.rung = one.bell.count
        one.has_more = True  # whatever happens now, there may be more
        batch = one.courier.deliver_batch()
        one.has_more = batch.taken > 0 or not one.courier.has_room
        return batch

    def _courier(self, channel: Channel, post: Post) -> Courier:
        def elsewhere() -> int:
            return sum(one.courier.in_flight for one in self._rounds if one.courier is not courier)

        most = post.most_in_flight
        courier = Courier(utc_now, self._stop, channel=channel, most_in_flight=most, in_flight_elsewhere=elsewhere)
        return courier
