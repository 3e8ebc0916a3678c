"""The prober: threads that ask, and one loop that hands out turns and keeps the answers. Threads touch no database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import Final

from django.conf import settings

from liaison.lib.clock import utc_now
from liaison.lib.http import CallError, Guard, target_of
from liaison.probes.asking import Answer, ask, probe_guard
from liaison.probes.doubt import Doubt
from liaison.probes.models import CheckOutcome
from liaison.probes.turns import Asked, Turn, keep_answers, spread_late, take_turns
from liaison.probes.vocabulary import Problem

logger = logging.getLogger(__name__)

_WAIT: Final = 0.2
_GATHER: Final = 0.01  # so that answers that come together are kept together
_TURNS_PER_THREAD: Final = 2


class Prober:
    """Makes the health checks that are due. What is under way at the end of a pass is kept in the next one.

    The threads begin with the first turn and never end by themselves: a request has its own time limit.
    """

    def __init__(
        self,
        *,
        threads: int | None = None,
        guard: Guard | None = None,
        clock: Callable[[], datetime] = utc_now,
        pass_seconds: float = 20.0,
    ) -> None:
        self._threads = threads
        self._guard = guard
        self._clock = clock
        self._pass_seconds = pass_seconds
        self._doubt = Doubt()
        self._turns: SimpleQueue[Turn | None] = SimpleQueue()
        self._answers: SimpleQueue[Asked] = SimpleQueue()
        self._under_way = 0
        self._workers: list[threading.Thread] = []

    def run(self, now: datetime) -> int:
        """Make the checks that are due, until none is or the pass is over; return how many counted. For the ticker."""
        spread_late(now)
        end = monotonic() + self._pass_seconds
        kept = 0
        while True:
            self._hand_out()
            if not self._under_way or monotonic() >= end:
                return kept
            kept += keep_answers(self._gather())

    def close(self) -> None:
        """Let the threads end once they have no turn left."""
        for _ in self._workers:
            self._turns.put(None)
        self._workers = []

    def _hand_out(self) -> None:
        threads = self._threads or settings.PROBE_THREADS
        room = threads * _TURNS_PER_THREAD - self._under_way
        turns = take_turns(self._clock(), room) if room > 0 else []
        while turns and len(self._workers) < threads:
            worker = threading.Thread(target=self._work, name="prober", daemon=True)
            self._workers.append(worker)
            worker.start()
        self._under_way += len(turns)
        for turn in turns:
            self._turns.put(turn)

    def _gather(self) -> list[Asked]:
        found: list[Asked] = []
        try:
            found.append(self._answers.get(timeout=_WAIT))
            sleep(_GATHER)
            while True:
                found.append(self._answers.get_nowait())
        except Empty:
            pass
        self._under_way -= len(found)
        return self._doubted(found)

    def _doubted(self, found: list[Asked]) -> list[Asked]:
        """Return the answers, without blame for the partners where our own line is down."""
        for asked in found:
            is_answered = asked.answer.outcome is not CheckOutcome.UNANSWERED
            if asked.answer.outcome is not CheckOutcome.REFUSED:
                self._doubt.note(_host(asked.turn.url), asked.at, is_answered=is_answered)
        if not found or not self._doubt.is_ours(self._clock()):
            return found
        logger.warning("nearly no health check is answered: the network on this side seems to be down")
        return [_unblamed(asked) for asked in found]

    def _work(self) -> None:
        while (turn := self._turns.get()) is not None:
            at = self._clock()
            self._answers.put(Asked(turn, at, self._ask(turn)))

    def _ask(self, turn: Turn) -> Answer:
        try:
            return ask(turn.url, turn.timeout_seconds, self._guard or probe_guard())
        except Exception:  # a turn without an answer would be missing for ever
            logger.exception("a health check failed on this side")
            return Answer(CheckOutcome.REFUSED, problem=Problem.OUR_NETWORK)


def _unblamed(asked: Asked) -> Asked:
    if asked.answer.outcome is not CheckOutcome.UNANSWERED:
        return asked
    return replace(asked, answer=replace(asked.answer, outcome=CheckOutcome.REFUSED, problem=Problem.OUR_NETWORK))


def _host(url: str) -> str:
    try:
        return target_of(url).host
    except CallError:
        return url
