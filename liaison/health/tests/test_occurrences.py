"""What one more alert means; docs/decisions/0008 says why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from liaison.health.occurrences import LATE, Decision, Known, Signal, decide

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW = START + 30 * MINUTE
OPEN = Known(START, None)


def _firing(starts_at: datetime = START) -> Signal:
    return Signal(is_firing=True, starts_at=starts_at, ends_at=None)


def _resolved(starts_at: datetime = START, ends_at: datetime | None = NOW) -> Signal:
    return Signal(is_firing=False, starts_at=starts_at, ends_at=ends_at)


@pytest.mark.parametrize(
    ("case", "signal", "same", "unresolved", "expected"),
    [
        ("never heard of", _firing(), None, None, Decision.OPEN),
        ("heard before", _firing(), OPEN, OPEN, Decision.REPEAT),
        ("late, after its resolution", _firing(), Known(START, NOW - LATE), None, Decision.REPEAT),
        ("goes on after its resolution", _firing(), Known(START, NOW - LATE - MINUTE), None, Decision.REOPEN),
        (
            "an old one while a newer one is open",
            _firing(),
            Known(START, NOW - 2 * LATE),
            Known(START + MINUTE, None),
            Decision.REPEAT,
        ),
        ("an earlier start of the open one", _firing(START - MINUTE), None, OPEN, Decision.REPEAT),
        ("begins again, its end was never said", _firing(START + MINUTE), None, OPEN, Decision.REPLACE),
        ("is over", _resolved(), OPEN, OPEN, Decision.RESOLVE),
        ("is over, said again", _resolved(), Known(START, NOW - MINUTE), None, Decision.REPEAT),
        ("is over, under an earlier start", _resolved(START - MINUTE), None, OPEN, Decision.RESOLVE),
        ("is over, no end given", _resolved(START - MINUTE, None), None, OPEN, Decision.RESOLVE),
        (
            "an older one is over, a newer one is open",
            _resolved(START - 9 * MINUTE, START - MINUTE),
            None,
            OPEN,
            Decision.STORE_RESOLVED,
        ),
        ("over before it was heard of", _resolved(), None, None, Decision.STORE_RESOLVED),
    ],
)
def test_it_decides(
    case: str, signal: Signal, same: Known | None, unresolved: Known | None, expected: Decision
) -> None:
    assert decide(signal, same=same, unresolved=unresolved, now=NOW) == expected, case
