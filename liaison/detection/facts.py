"""What rules are judged by: the windows of what is known, and the verdict. Pure data.

Minutes. A window of `minutes` that ends at `end` (a full minute, UTC) holds the rows of the minutes that begin in
[end - minutes, end). Judged at `end`, as Prometheus would judge `sum_over_time(gauge[5m])` at that moment where the
gauge's sample of a minute is stamped with that minute's end (3.x leaves the left end of a window out; 2.42 takes both
ends, so there a window of n minutes is written with a range one second shorter).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Counts:
    """Calls in one window. `merchants` are the distinct ones with failures, `declined_merchants` with declines."""

    calls: int = 0
    errors: int = 0
    unanswered: int = 0
    declined: int = 0
    merchants: int = 0
    declined_merchants: int = 0
    latency_calls: int = 0
    latency_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a rule may need about one scope at `end`. What it does not need, or nobody knows, is None.

    Numbers of feeds, checks and heartbeats come with the moment they are of; `since` is the earliest moment that
    counts (`Integration.judged_from`): windows have no rows before it, and a duration is never longer.
    """

    end: datetime
    since: datetime | None = None
    window: Counts | None = None
    long_window: Counts | None = None
    last_call: datetime | None = None
    usual_calls: float | None = None  # per minute, in the same hours of the days before
    entities: int | None = None
    failed_entities: int | None = None
    stale_entities: int | None = None
    last_run_ended: datetime | None = None
    expected_every_seconds: int | None = None
    failing_since: datetime | None = None
    unanswered_in_a_row: int | None = None
    last_beat: datetime | None = None


class Judgement(StrEnum):
    GOOD = "good"
    BAD = "bad"
    BETWEEN = "between"  # under the threshold, not yet under `clear_below`: keeps what was
    UNKNOWN = "unknown"  # too little is known to say: what is bad stays bad, what is good stays good


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement, the value it was made of (in the measure's unit), and the numbers that show it."""

    judgement: Judgement
    value: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
