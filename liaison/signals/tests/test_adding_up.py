"""However lines are split into batches, ordered and repeated, the rows are the same (S6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.integrations.models import IntakeKey
from liaison.integrations.senders import Sender
from liaison.signals.actions import record_signals
from liaison.signals.known import LAG_MINUTES
from liaison.signals.lines import read_lines
from liaison.signals.models import Batch, ErrorMinute, Minute, Series
from liaison.signals.tests.house import House, kept, make_house, written

NOW = datetime(2026, 11, 5, 14, 30, tzinfo=UTC)

LINES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    action=st.sampled_from(["A", "B b", "Ж\\", "tab\t"]),
    # Late, out of order, on both sides of a minute's end.
    at=st.one_of(
        st.integers(0, 300).map(lambda back: (NOW - timedelta(seconds=back)).isoformat()),
        st.sampled_from([NOW.timestamp() - 0.001, NOW.timestamp(), NOW.timestamp() - 6 * 86_400]),
    ),
    outcome=st.sampled_from(["ok", "error", "unanswered", "declined"]),
    merchant=st.sampled_from(["", "m-1", "m-2\n"]),
    code=st.sampled_from(["", "500", "\\N"]),
    count=st.sampled_from([1, 2, 1000]),
    latency_ms=st.sampled_from([None, 0, 12.5, 4000]),
    latency_max_ms=st.sampled_from([None, 9000.4]),
)


@pytest.fixture
def house(db: None) -> House:
    return make_house()


@st.composite
def splits(draw: Any) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Return some lines, and the same in another order and in any number of batches."""
    lines = draw(st.lists(LINES, min_size=1, max_size=12))
    shuffled = draw(st.permutations(lines))
    cuts = sorted(draw(st.lists(st.integers(0, len(lines)), max_size=4)))
    return lines, [list(shuffled[a:b]) for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=splits(), repeats=st.integers(0, 2))
def test_any_split_in_any_order_with_repeats_gives_the_same_rows(
    house: House, drawn: tuple[list[dict[str, Any]], list[list[dict[str, Any]]]], repeats: int
) -> None:
    lines, batches = drawn
    sender = Sender(key=IntakeKey.objects.get())
    _forget()
    _send(sender, lines, "whole")
    expected, spans = kept(), _spans()
    _forget()
    for _ in range(repeats + 1):
        for number, batch in enumerate(batches):
            _send(sender, batch, f"part-{number}")
    assert kept() == expected
    for name, (first, last) in _spans().items():
        assert first == spans[name][0]
        assert timedelta(0) <= spans[name][1] - last < timedelta(minutes=LAG_MINUTES)
    assert sum(row[3] for row in expected[0]) == sum(line["count"] for line in lines)


def _send(sender: Sender, lines: list[dict[str, Any]], name: str) -> None:
    given_lines = [{key: value for key, value in line.items() if value is not None} for line in lines]
    told = read_lines(written(*given_lines), most=100)
    taken = record_signals(sender=sender, batch_id=name, told=told, now=NOW)
    assert taken.refused == 0


def _spans() -> dict[tuple[int, str], tuple[datetime, datetime]]:
    return {(one.environment_id, one.action): (one.first_minute, one.last_minute) for one in Series.objects.all()}


def _forget() -> None:
    for model in (Minute, ErrorMinute, Series, Batch):
        model.objects.all().delete()
