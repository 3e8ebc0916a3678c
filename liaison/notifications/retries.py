"""When a message is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

GIVE_UP_AFTER: Final = timedelta(days=5)
WAITS: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
# A server that is away as a whole says nothing about the message: look again soon, an emergency may wait.
LONGEST_WAIT_FOR_A_SERVER: Final = timedelta(seconds=30)
WAIT_AFTER_A_LOST_ANSWER: Final = timedelta(seconds=5)


def wait_after(failures: int, *, is_unavailable: bool) -> timedelta:
    """Return how long to wait after the `failures`-th temporary failure (counted from 1)."""
    wait = WAITS[min(max(failures, 1), len(WAITS)) - 1]
    return min(wait, LONGEST_WAIT_FOR_A_SERVER) if is_unavailable else wait


def after_crashes(crashes: int) -> timedelta:
    """Return how long a message waits whose worker died `crashes` times with it; not at all at first."""
    return timedelta() if crashes <= 1 else wait_after(crashes - 1, is_unavailable=False)


def is_too_late(created_at: datetime, next_try: datetime) -> bool:
    """Say whether a message has been tried long enough."""
    return next_try - created_at > GIVE_UP_AFTER
