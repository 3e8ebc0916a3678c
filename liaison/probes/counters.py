"""What a health check's requests in a row add up to. Pure: the counters before, one answer, the counters after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from liaison.probes.models import CheckOutcome

_LATE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Counters:
    """How the last requests went. `failing_since` is the first failed one after the last healthy one.

    It is moved on by the time in which nobody asked: a partner does not fail while we are down.
    """

    last_at: datetime | None = None
    last_outcome: str = ""
    last_healthy_at: datetime | None = None
    failing_since: datetime | None = None
    failed_in_a_row: int = 0
    unanswered_in_a_row: int = 0
    healthy_in_a_row: int = 0


def counted(before: Counters, outcome: CheckOutcome, at: datetime, pace: timedelta) -> Counters:
    """Return the counters after one more request, made at `at`; requests follow one another at most `pace` apart.

    What was refused on our own side says nothing about the partner: it neither fails nor heals, it only ends a row
    of healthy answers.
    """
    said = replace(before, last_at=at, last_outcome=outcome.value)
    if outcome is CheckOutcome.HEALTHY:
        return replace(
            said,
            last_healthy_at=at,
            failing_since=None,
            failed_in_a_row=0,
            unanswered_in_a_row=0,
            healthy_in_a_row=before.healthy_in_a_row + 1,
        )
    if outcome is CheckOutcome.REFUSED:
        return replace(said, failing_since=_moved_on(before, at, timedelta()), healthy_in_a_row=0)
    is_unanswered = outcome is CheckOutcome.UNANSWERED
    return replace(
        said,
        failing_since=_moved_on(before, at, longest_pause(pace)) or at,
        failed_in_a_row=before.failed_in_a_row + 1,
        unanswered_in_a_row=before.unanswered_in_a_row + 1 if is_unanswered else 0,
        healthy_in_a_row=0,
    )


def longest_pause(pace: timedelta) -> timedelta:
    """Return how long after a request the next one is there at the latest, unless nobody asks at all."""
    return 2 * pace + _LATE


def _moved_on(before: Counters, at: datetime, usual: timedelta) -> datetime | None:
    """Return since when it fails, without the time since the last request that is more than usual."""
    if before.failing_since is None or before.last_at is None:
        return None
    return before.failing_since + max(at - before.last_at - usual, timedelta())
