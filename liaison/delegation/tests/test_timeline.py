"""The picture of who could see a customer's cases: every bar inside, as long as its span, none invisible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from liaison.accounts.models import Account
from liaison.delegation.relations import PastSpan
from liaison.delegation.timeline import LENGTH, timeline_of

NOW = datetime(2026, 3, 29, 1, tzinfo=UTC)  # clocks change at this moment in Rome
_MINUTES = st.integers(0, 2_000_000)


@st.composite
def spans(draw: st.DrawFn) -> PastSpan:
    begun = NOW - timedelta(minutes=draw(_MINUTES))
    ended = draw(st.none() | st.builds(lambda minutes: begun + timedelta(minutes=minutes), _MINUTES))
    account = Account(pk=draw(st.integers(1, 3)), name="A")
    level = draw(st.sampled_from(["", "view", "manage"]))
    return PastSpan(account, None, "" if level else "manages", level, begun, ended, "", "", "", "")


@given(st.lists(spans(), min_size=1, max_size=12))
def test_every_span_is_one_bar_that_is_seen_and_lies_inside(history: list[PastSpan]) -> None:
    picture = timeline_of(history, NOW)
    assert picture is not None
    bars = [bar for lane in picture.lanes for bar in (*lane.relations, *lane.grants)]
    assert sorted(id(bar.span) for bar in bars) == sorted(id(span) for span in history)
    for bar in bars:
        assert bar.start >= 0
        assert bar.width > 0
        assert bar.start + bar.width <= LENGTH
    whole = picture.until - picture.since
    for bar in bars:
        until = bar.span.until or picture.until
        assert abs(bar.width - (until - bar.span.since) / whole * LENGTH) <= 5


def test_nothing_has_no_picture_and_what_began_just_now_has_one() -> None:
    assert timeline_of([], NOW) is None
    one = PastSpan(Account(pk=1, name="A"), None, "manages", "", NOW, None, "", "", "", "")
    picture = timeline_of([one], NOW)
    assert picture is not None
    assert picture.since < picture.until
