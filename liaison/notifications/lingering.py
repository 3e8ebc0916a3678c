"""Messages whose answer takes its time: waited for aside, so that one slow server does not hold up the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic

from django.db import connections

from liaison.notifications.channels.contract import Answer, Later, Outcome
from liaison.notifications.claims import Claim

logger = logging.getLogger(__name__)


class Lingering:
    """Waits for late answers, each in a thread of its own, and hands them to `record`."""

    def __init__(self, record: Callable[[Claim, Answer], None]) -> None:
        self._record = record
        self._threads: dict[tuple[int, int], threading.Thread] = {}  # by message and attempt

    def __len__(self) -> int:
        self._threads = {place: thread for place, thread in self._threads.items() if thread.is_alive()}
        return len(self._threads)

    def __contains__(self, claim: Claim) -> bool:
        """Say whether the answer to this message is still waited for."""
        thread = self._threads.get((claim.message, claim.attempt))
        return thread is not None and thread.is_alive()

    def add(self, claim: Claim, later: Later) -> None:
        # A daemon: who is told to stop cannot wait ten minutes. What it leaves is unknown, and sent once more.
        thread = threading.Thread(target=self._wait_for, args=(claim, later), name="late-answer", daemon=True)
        thread.start()
        self._threads[claim.message, claim.attempt] = thread

    def wait(self, patience: float) -> None:
        """Wait at most `patience` seconds for all of them."""
        end = monotonic() + patience
        for thread in tuple(self._threads.values()):
            thread.join(max(0.0, end - monotonic()))

    def _wait_for(self, claim: Claim, later: Later) -> None:
        try:
            try:
                answer = later.wait()
            except Exception as error:
                logger.exception("The answer to message %s could not be read.", claim.message_id)
                answer = Answer(Outcome.UNKNOWN, detail=type(error).__name__)
            self._record(claim, answer)
        except Exception:
            logger.exception("The answer to message %s could not be recorded.", claim.message_id)
        finally:
            connections.close_all()
