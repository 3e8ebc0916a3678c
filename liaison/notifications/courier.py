"""One batch of messages: claimed, decided again, laid out, written down as handed over, sent, recorded.

No transaction waits for the network. In flight is one batch, together with those whose answer takes
its time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic, sleep
from typing import Final

from django.db import IntegrityError

from liaison.notifications import channels, forms
from liaison.notifications.channels.contract import Answer, ChannelAdapter, Later, Outcome, Outgoing
from liaison.notifications.claims import MOST_IN_FLIGHT, Claim, claim_due, put_off_address
from liaison.notifications.doubtful import LatelyRecorded
from liaison.notifications.facts import Channel
from liaison.notifications.holding import LeaseKeeper
from liaison.notifications.lingering import Lingering
from liaison.notifications.outcomes import WAIT_WHILE_A_SERVER_IS_AWAY, Ending, ending_of, finish, given_back
from liaison.notifications.parting import write_down
from liaison.notifications.preparing import Ready, prepare
from liaison.notifications.statements import DATABASE_IS_AWAY, begin_anew
from liaison.notifications.together import Verdict, standings_of

# Claiming and deciding cost the same for many as for few; only what is handed over counts as in flight.
CLAIMED_AT_ONCE: Final = 4
DECISIONS_HOLD_SECONDS: Final = 1.0
KEEP_TRYING_TO_RECORD_SECONDS: Final = 150.0
RECORD_AT_LEAST_EVERY_SECONDS: Final = 0.5

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """What came of a batch: how many messages were taken, and whether their server can be reached at all."""

    taken: int
    is_unavailable: bool = False


class Courier:
    """Sends what is due on one channel, over connections that it keeps. One courier works in one thread."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        stop: threading.Event | None = None,
        *,
        channel: str = Channel.EMAIL,
        most_in_flight: int = MOST_IN_FLIGHT,
        in_flight_elsewhere: Callable[[], int] = lambda: 0,
    ) -> None:
        self._clock = clock
        self._stop = stop or threading.Event()
        self._channel = channel
        self._most_in_flight = most_in_flight
        self._in_flight_elsewhere = in_flight_elsewhere
        self._keeper = LeaseKeeper()
        self._lately = LatelyRecorded()
        self._away_since: float | None = None
        self._lingering = Lingering(self._record_one)
        self._adapter: ChannelAdapter | None = None

    def deliver_batch(self) -> Batch:
        """Send at most one batch of what is due now. Raises Django's database errors; leases then run out."""
        self._record_what_may_be_forgotten()
        if self._room() <= 0:
            return Batch(0)
        since = monotonic()
        claims = claim_due(self._clock(), channel=self._channel, limit=CLAIMED_AT_ONCE * self._room())
        if not claims:
            return Batch(0)
        self._keeper.hold(claims, since)
        try:
            is_unavailable = self._deliver(claims)
        except BaseException:
            # Nobody works on these any more, so their leases must run out; but for those whose answer is waited for.
            self._keeper.let_go(claim for claim in claims if claim not in self._lingering)
            self._close_adapter()
            raise
        # Mail has one server: without it there is nothing to do. An endpoint that is away tells nothing of the others.
        return Batch(len(claims), is_unavailable and self._channel == Channel.EMAIL)

    def notice_database_away(self) -> None:
        """Let what was recorded a moment ago be recorded again with the next batch: a crash may have undone it."""
        if self._away_since is None:
            self._away_since = monotonic()

    def close(self, *, patience: float = 0) -> None:
        """Let go of the connection; wait at most `patience` seconds for answers that take their time."""
        self._lingering.wait(patience)
        self._close_adapter()
        self._keeper.close()

    @property
    def in_flight(self) -> int:
        """Return how many answers are waited for aside."""
        return len(self._lingering)

    @property
    def has_room(self) -> bool:
        return self._room() > 0

    def _room(self) -> int:
        """Return how many more messages may be in flight, together with those of couriers that share the number."""
        return self._most_in_flight - len(self._lingering) - self._in_flight_elsewhere()

    def _deliver(self, claims: Sequence[Claim]) -> bool:
        """Decide on all claims at once, then send them in batches; return whether another side was unavailable.

        What could not be sent within a second of the decision is given back: rights are those of the moment of
        sending (invariant 2), so they are asked again.
        """
        standings = standings_of(claims)
        # From here on: where the deciding itself is slow, something must still be sent.
        decided_at = monotonic()
        adapter = self._adapter_of_channel()
        self._give_back([claim for claim in claims if claim.message not in standings], soon=True)
        claims = [claim for claim in claims if claim.message in standings]
        waiting, away = list(claims), set[str]()
        while waiting:
            if self._stop.is_set() or self._room() <= 0 or self._decisions_are_old(decided_at, claims, waiting):
                self._give_back(waiting, soon=True)
                break
            batch, waiting = waiting[: self._room()], waiting[self._room() :]
            away |= self._deliver_some(batch, standings, adapter, decided_at)
            hopeless = [claim for claim in waiting if adapter.place_of(claim.address) in away]
            self._give_back(hopeless, soon=False)
            waiting = [claim for claim in waiting if claim not in hopeless] if hopeless else waiting
        return bool(away)

    def _decisions_are_old(self, decided_at: float, claims: Sequence[Claim], waiting: Sequence[Claim]) -> bool:
        return len(waiting) < len(claims) and _is_old(decided_at)

    def _give_back(self, claims: Sequence[Claim], *, soon: bool) -> None:
        now = self._clock()
        self._record(given_back(claim, now, was_handed_over=False, soon=soon) for claim in claims)

    def _deliver_some(
        self,
        claims: Sequence[Claim],
        standings: Mapping[int, Verdict],
        adapter: ChannelAdapter,
        decided_at: float,
    ) -> set[str]:
        """Hand one batch over and send it; return the other sides that cannot be reached."""
        prepared = prepare(claims, standings, adapter, self._clock)
        for claim in claims:
            answer = prepared.away.get(adapter.place_of(claim.address))
            if answer is not None:
                self._put_off_others(claim, answer)
        self._record(prepared.endings)
        if not prepared.ready:
            return set(prepared.away)
        counted = self._written_down(prepared.ready)
        self._keeper.let_go(one.claim for one in prepared.ready if one.claim.message not in counted)
        sent = [one for one in prepared.ready if one.claim.message in counted]
        return set(prepared.away) | self._send(sent, adapter, decided_at)

    def _written_down(self, ready: Sequence[Ready]) -> frozenset[int]:
        parted = {one.claim.message: one.parted for one in ready if one.parted}
        now = self._clock()
        try:
            return write_down([one.hand_over(now) for one in ready], parted, now)
        except IntegrityError:
            forms.forget()  # a shape that nothing referred to was removed meanwhile
            return write_down([one.hand_over(now) for one in ready], parted, now)

    def _send(self, batch: Sequence[Ready], adapter: ChannelAdapter, decided_at: float) -> set[str]:
        """Send one after the other, and record now and then, so that little is in doubt; return who went away.

        What was answered is recorded whatever breaks: forgetting a yes means a second mail.
        """
        endings: list[Ending] = []
        left: set[str] = set()
        recorded_at = monotonic()
        try:
            for position, ready in enumerate(batch):
                if self._stop.is_set() or (position and _is_old(decided_at)):
                    now = self._clock()
                    endings += [given_back(one.claim, now, was_handed_over=True, soon=True) for one in batch[position:]]
                    break
                if adapter.place_of(ready.claim.address) in left:
                    endings.append(given_back(ready.claim, self._clock(), was_handed_over=True))
                    continue
                try:
                    answer = self._send_one(ready, adapter)
                except DATABASE_IS_AWAY:
                    self.notice_database_away()
                    # What was answered so far must not wait for this, and this was not begun.
                    self._record(endings)
                    endings, recorded_at = [], monotonic()
                    answer = self._send_when_it_is_back(ready, adapter)
                if answer is None:
                    continue
                endings.append(ending_of(answer, ready.claim, now=self._clock()))
                if answer.is_unavailable:
                    left.add(adapter.place_of(ready.claim.address))
                    self._put_off_others(ready.claim, answer)
                if monotonic() - recorded_at > RECORD_AT_LEAST_EVERY_SECONDS:
                    self._record(endings)
                    endings, recorded_at = [], monotonic()
        finally:
            self._record(endings)
        return left

    def _send_when_it_is_back(self, ready: Ready, adapter: ChannelAdapter) -> Answer | None:
        """Wait for the database, then send what it was asked about. Raises when it stays away."""
        end_of_patience = monotonic() + KEEP_TRYING_TO_RECORD_SECONDS
        while True:
            begin_anew()
            try:
                return self._send_one(ready, adapter)
            except DATABASE_IS_AWAY:
                if monotonic() > end_of_patience or self._stop.is_set():
                    raise
                sleep(1.0)

    def _send_one(self, ready: Ready, adapter: ChannelAdapter) -> Answer | None:
        """Send one message; None when it is no longer ours, or when its answer takes its time."""
        claim = ready.claim
        if not self._still_holds(claim):
            return None
        now = self._clock()
        held = partial(self._still_holds, claim)
        try:
            answer = adapter.send(Outgoing(claim.address, ready.data, claim.message_id, now, held))
        except DATABASE_IS_AWAY:
            adapter.close()  # in the middle of a message, before its content
            raise
        except Exception as error:
            # Nobody knows how far it came.
            logger.exception("Message %s could not be sent.", claim.message_id)
            adapter.close()
            return Answer(Outcome.UNKNOWN, detail=type(error).__name__)
        if isinstance(answer, Later):
            self._lingering.add(claim, answer)
            return None
        return None if answer.outcome is Outcome.STOPPED else answer

    def _still_holds(self, claim: Claim) -> bool:
        """Say whether a message is still ours. Asks the database only when this process lost time."""
        if not self._keeper.holds(claim):
            self._keeper.confirm([claim])
        return self._keeper.holds(claim)

    def _put_off_others(self, claim: Claim, answer: Answer) -> None:
        """Let what waits for the same endpoint wait on: each try would cost its time-out. Mail has one server."""
        if self._channel == Channel.EMAIL:
            return
        now = self._clock()
        wait = max(WAIT_WHILE_A_SERVER_IS_AWAY, answer.wait or WAIT_WHILE_A_SERVER_IS_AWAY)
        # It only saves time. Answers that are not recorded yet must not be lost over it.
        with suppress(*DATABASE_IS_AWAY):
            put_off_address(self._channel, claim.address, now + wait, now)

    def _record_one(self, claim: Claim, answer: Answer) -> None:
        self._record([ending_of(answer, claim, now=self._clock())])

    def _record(self, endings: Iterable[Ending]) -> None:
        """Record endings, also when the database is away for a while. Raises only when it stays away.

        Recorded or not, from then on nobody prolongs these leases.
        """
        ended = list(endings)
        try:
            self._finish(ended)
        finally:
            self._keeper.let_go(one.claim for one in ended)

    def _record_what_may_be_forgotten(self) -> None:
        if self._away_since is None:
            return
        # What fails here is tried again with the next batch, or is not forgotten after all.
        finish(self._lately.look_back(self._away_since), now=self._clock())
        self._away_since = None

    def _finish(self, ended: Sequence[Ending]) -> None:
        end_of_patience = monotonic() + KEEP_TRYING_TO_RECORD_SECONDS
        while ended:
            try:
                self._record_what_may_be_forgotten()
                finish(ended, now=self._clock())
                self._lately.remember(ended)
            except DATABASE_IS_AWAY:
                self.notice_database_away()
                if monotonic() > end_of_patience:
                    raise
                begin_anew()
                sleep(1.0)
            except Exception:
                if len(ended) == 1:
                    logger.exception("What became of message %s cannot be recorded.", ended[0].claim.message_id)
                    return
                for one in ended:  # so that the one that cannot be recorded costs the others nothing
                    self._finish([one])
                return
            else:
                return

    def _adapter_of_channel(self) -> ChannelAdapter:
        if self._adapter is None:
            self._adapter = channels.named(self._channel)
        return self._adapter

    def _close_adapter(self) -> None:
        adapter, self._adapter = self._adapter, None
        if adapter is not None:
            adapter.close()


def _is_old(decided_at: float) -> bool:
    """Say whether rights must be asked again: they are those of the moment of sending (invariant 2)."""
    return monotonic() - decided_at > DECISIONS_HOLD_SECONDS
