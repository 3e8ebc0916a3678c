"""Whose fault it is when nobody answers. Pure.

When nearly all machines that are asked give no answer within the same minute, our own line is down and not theirs.
Without this, an hour without a network on our side would disable every integration.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

FEWEST_HOSTS: Final = 5
NEARLY_ALL: Final = 0.8
_REMEMBERED: Final = timedelta(seconds=90)


class Doubt:
    """Remembers of each host when it was last asked, and whether it gave any answer."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[datetime, bool]] = {}

    def note(self, host: str, at: datetime, *, is_answered: bool) -> None:
        """Remember one request."""
        self._last[host] = (at, is_answered)

    def is_ours(self, now: datetime) -> bool:
        """Say whether so few hosts answer at present that the reason is on our side."""
        self._last = {host: one for host, one in self._last.items() if now - one[0] <= _REMEMBERED}
        silent = sum(not is_answered for _, is_answered in self._last.values())
        return len(self._last) >= FEWEST_HOSTS and silent >= NEARLY_ALL * len(self._last)
