"""What a health check's requests in a row add up to. Pure: the counters before, one answer, the counters after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from liaison.probes.models import CheckOutcome


@dataclass(frozen=True, slots=True)
class Counters:
    """How the last requests went. `failing_since` is the first failed one after the last healthy one."""

    last_at: datetime | None = None
    last_outcome: str = ""
    last_healthy_at: datetime | None = None
    failing_since: datetime | None = None
    failed_in_a_row: int = 0
    unanswered_in_a_row: int = 0
    healthy_in_a_row: int = 0


def counted(before: Counters, outcome: CheckOutcome, at: datetime) -> Counters:
    """Return the counters after one more request that was made at `at`.

    What our own guard refused says nothing about the partner: it neither fails nor heals, it only ends a row of
    healthy answers.
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
        return replace(said, healthy_in_a_row=0)
    is_unanswered = outcome is CheckOutcome.UNANSWERED
    return replace(
        said,
        failing_since=before.failing_since or at,
        failed_in_a_row=before.failed_in_a_row + 1,
        unanswered_in_a_row=before.unanswered_in_a_row + 1 if is_unanswered else 0,
        healthy_in_a_row=0,
    )
