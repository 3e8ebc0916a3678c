"""Adding up what was told about calls: one row for each minute, pure and in memory.

A minute is the number of whole minutes since 1970 (UTC): adding up 50,000 lines makes no objects for moments.
Numbers stop at what their columns hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, NamedTuple

from liaison.signals.models import Outcome

MOST: Final = 2**31 - 1
MOST_MILLISECONDS: Final = 2**62 - 1  # two of them can be added in a bigint
MOST_SAMPLES: Final = 20

_UNANSWERED, _DECLINED = Outcome.UNANSWERED.value, Outcome.DECLINED.value


MinuteKey = tuple[int, str, int]
"""Which row: the environment's primary key, the action, the minute."""

ErrorKey = tuple[int, int, str, str, str, str]
"""Which row of what did not go well: environment, minute, action, merchant, outcome, code."""


class SampleRow(NamedTuple):
    """One failed call; `at` in seconds since 1970."""

    environment_id: int
    at: float
    action: str
    merchant: str
    outcome: str
    code: str
    reference: str
    detail: str


@dataclass(slots=True)
class Totals:
    """The numbers of one row."""

    calls: int = 0
    errors: int = 0
    unanswered: int = 0
    declined: int = 0
    latency_calls: int = 0
    latency_ms: int = 0
    latency_max_ms: int = 0


@dataclass
class Rollups:
    """Rows to be added to those that the database has. The order in which lines come makes no difference."""

    minutes: dict[MinuteKey, Totals] = field(default_factory=dict)
    errors: dict[ErrorKey, int] = field(default_factory=dict)
    samples: list[SampleRow] = field(default_factory=list)
    _sampled: dict[MinuteKey, int] = field(default_factory=dict)

    def add(
        self,
        key: MinuteKey,
        outcome: str,
        count: int,
        *,
        merchant: str = "",
        code: str = "",
        latency_ms: float | None = None,
        latency_max_ms: float | None = None,
    ) -> None:
        """Add `count` calls that ended alike; `latency_ms` is their mean duration."""
        totals = self.minutes.get(key)
        if totals is None:
            totals = self.minutes[key] = Totals()
        totals.calls += count
        if outcome != Outcome.OK:
            environment_id, action, minute = key
            error = (environment_id, minute, action, merchant, outcome, code)
            self.errors[error] = self.errors.get(error, 0) + count
            _add_failures(totals, outcome, count)
        if latency_ms is not None:
            totals.latency_calls += count
            totals.latency_ms += round(latency_ms * count)
            longest = latency_ms if latency_max_ms is None else latency_max_ms
            totals.latency_max_ms = max(totals.latency_max_ms, round(longest))

    def sample(self, key: MinuteKey, row: SampleRow) -> None:
        """Keep a failed call as evidence, at most 20 of one row of a minute."""
        taken = self._sampled.get(key, 0)
        if taken < MOST_SAMPLES:
            self._sampled[key] = taken + 1
            self.samples.append(row)

    def series(self) -> dict[tuple[int, str], tuple[int, int]]:
        """Return the first and the last minute of each environment's actions."""
        found: dict[tuple[int, str], tuple[int, int]] = {}
        for environment_id, action, minute in self.minutes:
            first, last = found.get((environment_id, action), (minute, minute))
            found[environment_id, action] = (min(first, minute), max(last, minute))
        return found


def minute_of(moment: datetime) -> int:
    """Return the minute in which a moment (aware) lies."""
    return int(moment.timestamp() // 60)


def moment_of(minute: int) -> datetime:
    """Return the first moment of a minute, in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)


def _add_failures(totals: Totals, outcome: str, count: int) -> None:
    if outcome == _DECLINED:
        totals.declined += count
        return
    totals.errors += count
    if outcome == _UNANSWERED:
        totals.unanswered += count
