"""Pausing for maintenance: now and planned, changed, cancelled, ended, and who is told of it (S5, W9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.integrations import actions
from liaison.integrations.access import pause_for
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.testing import make_launched
from liaison.integrations.ticking import adopt_pauses, keep_pauses
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notifications.models import Announcement, Delivery

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def integration(cast: Cast) -> Integration:
    return make_launched(cast.partner)


def _pause(cast: Cast, integration: Integration, now: datetime, **asked: Any) -> Pause:
    actions.pause_integration(actor=cast.owner, integration=integration, now=now, **asked)
    return integration.pauses.get(state=PauseState.RUNNING)


def _plan(cast: Cast, integration: Integration, now: datetime, starts_at: datetime, **asked: Any) -> Pause:
    return actions.schedule_pause(actor=cast.owner, integration=integration, starts_at=starts_at, now=now, **asked)


def _told() -> list[str]:
    return [one.facts["event"] for one in Announcement.objects.filter(subject_kind="pause").order_by("pk")]


def _code(refused: pytest.ExceptionInfo[Invalid]) -> tuple[str, object]:
    (problem,) = refused.value.problems
    return problem.field, problem.code


def test_a_pause_is_kept_with_its_reason_and_shown_by_the_status(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    pause = _pause(cast, integration, now, until=now + 2 * HOUR, reason=" New\ndatabase ")
    integration.refresh_from_db()
    assert (pause.starts_at, pause.ends_at, pause.reason) == (now, now + 2 * HOUR, "New database")
    assert (integration.status, integration.paused_until) == (Status.PAUSED, now + 2 * HOUR)
    actions.resume_integration(actor=cast.colleague, integration=integration, now=now + HOUR)
    pause.refresh_from_db()
    assert (pause.state, pause.over_at, pause.over_by) == (PauseState.OVER, now + HOUR, cast.colleague)
    assert _told() == ["started", "ended"]


def test_pausing_twice_is_one_pause_and_one_message(cast: Cast, integration: Integration) -> None:
    """A double click."""
    now = utc_now()
    for _ in range(2):
        _pause(cast, integration, now, until=now + HOUR)
    assert integration.pauses.count() == 1
    assert _told() == ["started"]


def test_a_running_pause_gets_a_later_end(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    pause = _pause(cast, integration, now, until=now + HOUR)
    _pause(cast, integration, now, until=now + 2 * HOUR)
    pause.refresh_from_db()
    integration.refresh_from_db()
    assert pause.ends_at == integration.paused_until == now + 2 * HOUR
    assert _told() == ["started", "changed"]
    event = Event.objects.get(kind=Happened.PAUSE_CHANGED)
    assert event.changes["paused_until"][1] == (now + 2 * HOUR).isoformat()


def test_a_planned_pause_starts_and_ends_by_itself(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    _plan(cast, integration, now, now + HOUR, until=now + 2 * HOUR, ends_by_itself=True)
    assert keep_pauses(now + 59 * MINUTE) == 0
    assert keep_pauses(now + HOUR) == 1
    integration.refresh_from_db()
    assert (integration.status, integration.paused_until) == (Status.PAUSED, now + 2 * HOUR)
    assert keep_pauses(now + 90 * MINUTE) == 1
    assert keep_pauses(now + 91 * MINUTE) == 0
    assert keep_pauses(now + 2 * HOUR) == 1
    integration.refresh_from_db()
    assert (integration.status, integration.paused_until) == (Status.LIVE, None)
    assert integration.judged_from == now + 2 * HOUR
    assert _told() == ["scheduled", "started", "ends_soon", "ended"]
    event = Event.objects.get(kind=Happened.INTEGRATION_RESUMED)
    assert (event.actor_kind, event.actor_id) == ("system", "pauses")


def test_past_its_end_it_stays_paused_and_people_are_reminded_of_each_end_once(
    cast: Cast, integration: Integration
) -> None:
    """S5: past it a reminder; and again after an extension."""
    now = utc_now()
    pause = _pause(cast, integration, now, until=now + HOUR)
    for minute in (29, 30, 45, 60, 61, 75):
        keep_pauses(now + minute * MINUTE)
    assert _told() == ["started", "ends_soon", "past_its_end"]
    actions.change_pause(
        actor=cast.owner, pause=pause, until=now + 3 * HOUR, reason="", ends_by_itself=False, now=now + 80 * MINUTE
    )
    for minute in (81, 149, 150, 170, 180, 181):
        keep_pauses(now + minute * MINUTE)
    assert _told()[3:] == ["changed", "ends_soon", "past_its_end"]
    integration.refresh_from_db()
    assert integration.status == Status.PAUSED


def test_a_pause_of_half_an_hour_is_spoken_of_when_half_of_it_is_over(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    _pause(cast, integration, now, until=now + 30 * MINUTE)
    assert keep_pauses(now + 14 * MINUTE) == 0
    assert keep_pauses(now + 15 * MINUTE) == 1


def test_a_pause_without_an_end_is_spoken_of_past_the_cap(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    _pause(cast, integration, now)
    assert keep_pauses(now + 71 * HOUR) == 0
    assert [keep_pauses(now + 72 * HOUR), keep_pauses(now + 73 * HOUR)] == [1, 0]
    assert _told() == ["started", "past_the_cap"]


def test_a_pause_long_past_its_end_is_spoken_of_past_the_cap_as_well(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    _pause(cast, integration, now, until=now + HOUR)
    keep_pauses(now + HOUR)
    keep_pauses(now + 72 * HOUR)
    keep_pauses(now + 73 * HOUR)
    assert _told()[1:] == ["past_its_end", "past_the_cap"]


def test_the_cap_counts_from_the_start_and_only_staff_go_past_it(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    with pytest.raises(Invalid) as refused:
        _pause(cast, integration, now, until=now + 72 * HOUR + MINUTE)
    assert _code(refused) == ("until", IntegrationCode.PAUSE_TOO_LONG)
    pause = _pause(cast, integration, now, until=now + 72 * HOUR)
    later: dict[str, Any] = {"reason": "", "ends_by_itself": False, "now": now + 70 * HOUR}
    with pytest.raises(Invalid):
        actions.change_pause(actor=cast.owner, pause=pause, until=now + 73 * HOUR, **later)
    with pytest.raises(Forbidden):
        actions.change_pause(actor=cast.agent, pause=pause, until=now + 73 * HOUR, **later)
    granted = actions.change_pause(actor=cast.administrator, pause=pause, until=now + 96 * HOUR, **later)
    assert granted.ends_at == now + 96 * HOUR
    assert keep_pauses(now + 73 * HOUR) == 0
    shorter = actions.change_pause(actor=cast.owner, pause=pause, until=now + 90 * HOUR, **later)
    assert shorter.ends_at == now + 90 * HOUR  # what was granted may be used in part


def test_the_operator_sets_the_cap(cast: Cast, integration: Integration, settings: Any) -> None:
    settings.PAUSE_MAX_HOURS = 1
    now = utc_now()
    with pytest.raises(Invalid):
        _pause(cast, integration, now, until=now + 61 * MINUTE)


@pytest.mark.parametrize(
    ("starts", "ends", "is_refused"),
    [(0, 2, True), (3, 5, True), (1, 4, True), (2, 3, True), (0, 1, False), (4, 5, False), (3, None, True)],
)
def test_pauses_of_one_integration_never_meet(
    cast: Cast, integration: Integration, starts: int, ends: int | None, *, is_refused: bool
) -> None:
    now = utc_now()
    noon = now + HOUR
    _plan(cast, integration, now, noon + HOUR, until=noon + 4 * HOUR)
    asked: dict[str, Any] = {"until": noon + ends * HOUR if ends is not None else None}
    if not is_refused:
        assert _plan(cast, integration, now, noon + starts * HOUR, **asked).state == PauseState.SCHEDULED
        return
    with pytest.raises(Conflict) as refused:
        _plan(cast, integration, now, noon + starts * HOUR, **asked)
    assert refused.value.code == IntegrationCode.PAUSE_OVERLAPS
    assert Pause.objects.count() == 1


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (timedelta(0), HOUR, IntegrationCode.PAUSE_STARTS_IN_THE_PAST),
        (HOUR, HOUR, IntegrationCode.PAUSE_ENDS_BEFORE_IT_STARTS),
        (timedelta(days=367), timedelta(days=368), IntegrationCode.PAUSE_STARTS_TOO_FAR),
        (HOUR, 74 * HOUR, IntegrationCode.PAUSE_TOO_LONG),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(
    cast: Cast, integration: Integration, starts: timedelta, ends: timedelta, code: IntegrationCode
) -> None:
    now = utc_now()
    with pytest.raises(Invalid) as refused:
        _plan(cast, integration, now, now + starts, until=now + ends)
    assert _code(refused)[1] == code


def test_what_ends_by_itself_needs_an_end(cast: Cast, integration: Integration) -> None:
    with pytest.raises(Invalid) as refused:
        _pause(cast, integration, utc_now(), ends_by_itself=True)
    assert _code(refused) == ("until", IntegrationCode.PAUSE_NEEDS_AN_END)


def test_a_planned_pause_is_moved_and_cancelled(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    pause = _plan(cast, integration, now, now + HOUR)
    moved = actions.change_pause(
        actor=cast.owner, pause=pause, starts_at=now + 2 * HOUR, until=None, reason="x", ends_by_itself=False, now=now
    )
    assert (moved.starts_at, moved.reason) == (now + 2 * HOUR, "x")
    cancelled = actions.cancel_pause(actor=cast.owner, pause=pause, now=now)
    assert cancelled.state == PauseState.CANCELLED
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            actions.cancel_pause(actor=cast.owner, pause=pause, now=now)
        assert refused.value.code == IntegrationCode.PAUSE_NOT_PLANNED
    with pytest.raises(Conflict):
        actions.change_pause(actor=cast.owner, pause=pause, until=None, reason="", ends_by_itself=False, now=now)
    assert keep_pauses(now + 3 * HOUR) == 0
    assert _told() == ["scheduled", "changed", "cancelled"]


def test_a_planned_pause_that_comes_due_while_disabled_is_cancelled(cast: Cast, integration: Integration) -> None:
    """W9."""
    now = utc_now()
    pause = _plan(cast, integration, now, now + HOUR)
    actions.disable_integration(actor=cast.administrator, integration=integration, now=now)
    assert keep_pauses(now + HOUR) == 1
    pause.refresh_from_db()
    integration.refresh_from_db()
    assert (pause.state, integration.status) == (PauseState.CANCELLED, Status.DISABLED)
    cancelled = Announcement.objects.filter(subject_kind="pause").latest("pk")
    assert (cancelled.facts["event"], cancelled.facts["because"]) == ("cancelled", "disabled")


def test_a_planned_pause_whose_time_passed_meanwhile_never_starts(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    _plan(cast, integration, now, now + HOUR, until=now + 2 * HOUR)
    keep_pauses(now + 3 * HOUR)
    integration.refresh_from_db()
    assert integration.status == Status.LIVE
    assert Announcement.objects.latest("pk").facts["because"] == "missed"


def test_the_next_pause_takes_over_from_one_that_was_never_ended(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    first = _pause(cast, integration, now, until=now + HOUR)
    second = _plan(cast, integration, now, now + 2 * HOUR, until=now + 3 * HOUR)
    keep_pauses(now + 2 * HOUR)
    first.refresh_from_db()
    second.refresh_from_db()
    integration.refresh_from_db()
    assert (first.state, second.state) == (PauseState.OVER, PauseState.RUNNING)
    assert (integration.status, integration.paused_until) == (Status.PAUSED, now + 3 * HOUR)


def test_disabling_ends_the_pause_that_runs(cast: Cast, integration: Integration) -> None:
    now = utc_now()
    pause = _pause(cast, integration, now)
    disabled = actions.disable_integration(actor=cast.administrator, integration=integration, now=now + HOUR)
    pause.refresh_from_db()
    assert (pause.state, pause.over_at) == (PauseState.OVER, now + HOUR)
    assert (disabled.status, disabled.paused_until) == (Status.DISABLED, None)


@pytest.mark.parametrize("who", ["reader", "agent", "manager", "administrator"])
def test_readers_and_staff_plan_no_pause(cast: Cast, integration: Integration, who: str) -> None:
    now = utc_now()
    with pytest.raises(Forbidden):
        actions.schedule_pause(actor=getattr(cast, who), integration=integration, starts_at=now + HOUR, now=now)


def test_another_accounts_pause_is_as_if_it_were_not_there(cast: Cast, integration: Integration) -> None:
    """Invariant 6."""
    pause = _pause(cast, integration, utc_now())
    assert pause_for(cast.reader, pause.public_id) == pause
    for public_id in (pause.public_id, "nothing"):
        with pytest.raises(Missing):
            pause_for(cast.outsider, public_id)


def test_a_pause_from_before_pauses_were_kept_is_written_down(cast: Cast) -> None:
    """Upgrades while an older version still pauses."""
    now = utc_now()
    integration = make_launched(cast.partner, status=Status.PAUSED)
    Integration.objects.update(paused_until=now + HOUR, status_changed_at=now - HOUR)
    assert (adopt_pauses(now), adopt_pauses(now)) == (1, 0)
    pause = integration.pauses.get()
    assert (pause.starts_at, pause.ends_at, pause.state) == (now - HOUR, now + HOUR, PauseState.RUNNING)
    keep_pauses(now + HOUR)
    assert _told() == ["ends_soon", "past_its_end"] or _told() == ["past_its_end"]


def _recipients() -> set[tuple[str, str]]:
    rows = Delivery.objects.filter(announcement__topics=[Topic.MAINTENANCE])
    return {(row.recipient_key, row.reasons[0]["reason"]) for row in rows}


def test_the_partner_manager_and_the_accounts_administrators_are_told(cast: Cast, integration: Integration) -> None:
    """S5: staff are told."""
    _pause(cast, integration, utc_now())
    assert _recipients() == {
        (f"identity:{cast.manager.pk}", "partner_manager"),
        (f"identity:{cast.owner.pk}", "administrator"),
    }


def test_the_operators_administrators_are_told_where_nobody_else_of_the_staff_is(cast: Cast) -> None:
    cast.partner.partner_manager = None
    cast.partner.save()
    _pause(cast, make_launched(cast.partner), utc_now())
    assert (f"identity:{cast.administrator.pk}", "operator_administrator") in _recipients()
