"""What was recorded a moment ago: a database that crashes may forget it, so its worker does not."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from time import monotonic
from typing import Final

from liaison.notifications.outcomes import Ending

# PostgreSQL writes what need not wait for the disk at the latest after three times wal_writer_delay: 0.6 s. A worker
# that waits for a slow server may notice the crash much later.
FORGETTABLE_SECONDS: Final = 60.0
MOST_REMEMBERED: Final = 500


class LatelyRecorded:
    """The endings of the last seconds. They are recorded again once the database has been away.

    `finish` does not wait for the disk. A server that is switched off or crashes then forgets what was said in its
    last moments, and what it forgets would be sent a second time although the answer is known here.
    Recording twice changes nothing: the attempt and the state before stand in the statement.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._endings: deque[tuple[float, Ending]] = deque(maxlen=MOST_REMEMBERED)

    def remember(self, endings: Iterable[Ending]) -> None:
        now = monotonic()
        with self._lock:
            self._endings.extend((now, ending) for ending in endings)
            while self._endings and now - self._endings[0][0] > FORGETTABLE_SECONDS:
                self._endings.popleft()

    def look_back(self, moment: float) -> list[Ending]:
        """Return what was recorded in the last seconds before a moment (monotonic), and after it."""
        with self._lock:
            return [ending for at, ending in self._endings if moment - at <= FORGETTABLE_SECONDS]
