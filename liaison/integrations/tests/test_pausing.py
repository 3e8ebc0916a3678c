"""Plan and status of pauses stay in step, whatever happens in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.accounts.testing import Cast, make_cast
from liaison.integrations import actions
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.pausing import Span, end_of, meets, passed_deadline, reminder_before_end_at
from liaison.integrations.testing import make_launched
from liaison.integrations.ticking import keep_pauses
from liaison.lib.refusals import Conflict, Invalid

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
CAP = timedelta(hours=72)
Step = tuple[str, int, int | None, bool]

steps = st.lists(
    st.tuples(
        st.sampled_from(["pause", "plan", "change", "cancel", "resume", "disable", "restore", "tick"]),
        st.integers(0, 300),  # minutes that pass before
        st.one_of(st.none(), st.integers(1, 5000)),  # minutes until the end that is asked for
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
minutes = st.integers(0, 10_000)
spans = st.builds(
    lambda start, length: Span(
        START + timedelta(minutes=start),
        None if length is None else START + timedelta(minutes=start + length),
    ),
    minutes,
    st.one_of(st.none(), st.integers(1, 4320)),
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taken=steps)
def test_plan_and_status_agree_after_every_step(cast: Cast, taken: list[Step]) -> None:
    with transaction.atomic():
        _walk(cast, taken)
        transaction.set_rollback(True)  # the next example begins with nothing


def _walk(cast: Cast, taken: list[Step]) -> None:
    now = START
    integration = make_launched(cast.partner)
    for name, passes, length, by_itself in taken:
        now += timedelta(minutes=passes)
        until = None if length is None else now + timedelta(minutes=length)
        try:
            with transaction.atomic():
                _do(cast, integration, name, now, until, by_itself=by_itself)
        except (Conflict, Invalid):
            pass
        _check(integration, now, has_ticked=name == "tick")


def _do(
    cast: Cast, integration: Integration, name: str, now: datetime, until: datetime | None, *, by_itself: bool
) -> None:
    own: dict[str, Any] = {"actor": cast.owner, "now": now}
    staff: dict[str, Any] = {"actor": cast.administrator, "now": now}
    pause = integration.pauses.filter(state__in=["running", "scheduled"]).order_by("-pk").first()
    wish: dict[str, Any] = {"until": until, "ends_by_itself": by_itself}
    start = now + timedelta(minutes=90)
    verbs: dict[str, Callable[[], object]] = {
        "pause": lambda: actions.pause_integration(integration=integration, **wish, **own),
        "plan": lambda: actions.schedule_pause(integration=integration, starts_at=start, **wish, **own),
        "change": lambda: pause and actions.change_pause(pause=pause, reason="x", **wish, **own),
        "cancel": lambda: pause and actions.cancel_pause(pause=pause, **own),
        "resume": lambda: actions.resume_integration(integration=integration, **own),
        "disable": lambda: actions.disable_integration(integration=integration, **staff),
        "restore": lambda: actions.restore_integration(integration=integration, **staff),
        "tick": lambda: keep_pauses(now),
    }
    verbs[name]()


def _check(integration: Integration, now: datetime, *, has_ticked: bool) -> None:
    integration.refresh_from_db()
    running = list(integration.pauses.filter(state=PauseState.RUNNING))
    assert len(running) == (1 if integration.status == Status.PAUSED else 0)
    assert integration.paused_until == (running[0].ends_at if running else None)
    ahead = [*integration.pauses.filter(state=PauseState.SCHEDULED), *running]
    for index, one in enumerate(ahead):
        assert not any(meets(one.span, other.span, CAP) for other in ahead[index + 1 :])
    assert all((one.over_at is None) == (one in ahead) for one in Pause.objects.filter(integration=integration))
    if has_ticked:
        assert not any(one.state == PauseState.SCHEDULED and one.starts_at <= now for one in ahead)
        assert not any(one.ends_by_itself and one.ends_at and one.ends_at <= now for one in running)


@given(one=spans, other=spans)
def test_two_pauses_meet_exactly_where_some_minute_belongs_to_both(one: Span, other: Span) -> None:
    def minutes_of(span: Span) -> range:
        return range(_minute(span.starts_at), _minute(end_of(span, CAP)))

    both = set(minutes_of(one)) & set(minutes_of(other))
    assert meets(one, other, CAP) == meets(other, one, CAP) == bool(both)


@given(span=spans, at=minutes)
def test_a_reminder_comes_within_the_pause_and_a_deadline_never_before_its_end(span: Span, at: int) -> None:
    now = START + timedelta(minutes=at)
    reminder = reminder_before_end_at(span)
    if span.ends_at is not None:
        assert reminder is not None
        assert span.starts_at <= reminder < span.ends_at
    deadline = passed_deadline(span, CAP, now)
    if deadline is not None:
        assert deadline <= now
        assert span.ends_at is None or now >= span.ends_at
    else:
        assert now < (span.ends_at or span.starts_at + CAP)


def _minute(moment: datetime) -> int:
    return int((moment - START).total_seconds() // 60)
