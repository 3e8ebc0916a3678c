"""Drills that begin by themselves: once a month, announced or not, moved or missed, never beside a real emergency."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.models import ContactRecord, SupportHours
from liaison.drills import actions
from liaison.drills.actions.scheduling import Wish
from liaison.drills.models import Drill, DrillSchedule
from liaison.drills.testing import make_drill, make_schedule
from liaison.drills.tests.conftest import House
from liaison.drills.ticking import run_drills
from liaison.drills.vocabulary import DrillCode, MovedBecause, Outcome
from liaison.health.actions import receive_alerts
from liaison.health.alertmanager import ParsedAlert
from liaison.integrations.models import Integration
from liaison.integrations.testing import make_key
from liaison.lib.refusals import Conflict, Forbidden, Invalid
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.models import Announcement, Escalation

DUE = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)  # the second Tuesday at 10:00 in Rome
MINUTE = timedelta(minutes=1)


def schedule_of(house: House, **wish: object) -> DrillSchedule:
    return make_schedule(house.cast.owner, house.cast.partner, house.now, **wish)


def emergency(house: House, now: datetime) -> None:
    """Let something real go wrong in production."""
    integration = Integration.objects.get(account=house.cast.partner)
    alert = ParsedAlert(True, "real", "Down", "critical", {}, {}, now, None)  # it fires
    with transaction.atomic():
        receive_alerts(key=make_key(integration, now=now).key, alerts=[alert], now=now)


def test_it_begins_when_it_is_due_and_not_a_second_before(house: House) -> None:
    schedule = schedule_of(house)
    assert schedule.next_at == DUE
    run_drills(DUE - timedelta(seconds=1))
    assert not Drill.objects.exists()
    run_drills(DUE)
    run_drills(DUE + timedelta(seconds=2))
    drill = Drill.objects.get()
    assert (drill.started_at, drill.planned_for, drill.started_by, drill.field) == (
        DUE, DUE, None, ContactField.EMERGENCY
    )  # fmt: skip
    schedule.refresh_from_db()
    assert schedule.next_at == datetime(2026, 12, 8, 9, 0, tzinfo=UTC)


def test_it_is_announced_to_the_administrators_days_before_and_once(house: House) -> None:
    schedule_of(house, announced_days=3)
    run_drills(DUE - timedelta(days=3, seconds=1))
    assert not Announcement.objects.filter(subject_kind="drill_schedule").exists()
    for minute in range(3):
        run_drills(DUE - timedelta(days=3) + minute * MINUTE)
    told = Announcement.objects.get(subject_kind="drill_schedule")
    assert [one.address for one in told.deliveries.all()] == [house.cast.owner.mailbox]
    run_drills(DUE)
    assert Drill.objects.get().is_announced


def test_nobody_is_told_before_a_drill_that_nobody_is_to_expect(house: House) -> None:
    schedule_of(house)
    run_drills(DUE - MINUTE)
    assert not Announcement.objects.filter(topics=[Topic.DRILL]).exists()


def test_it_never_begins_while_a_real_emergency_waits_and_says_that_it_was_moved(house: House) -> None:
    schedule = schedule_of(house)
    emergency(house, DUE - MINUTE)
    run_drills(DUE)
    schedule.refresh_from_db()
    assert not Drill.objects.exists()
    assert (schedule.next_at, schedule.moved_because) == (DUE + timedelta(hours=1), MovedBecause.EMERGENCY)
    assert Event.objects.filter(kind=Happened.DRILL_MOVED).count() == 1
    Escalation.objects.update(state="resolved", next_at=None, ended_at=DUE)
    run_drills(DUE + timedelta(hours=1))
    assert Drill.objects.get().planned_for == DUE + timedelta(hours=1)


def test_a_real_emergency_interrupts_a_drill(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, house.now)
    emergency(house, house.now + MINUTE)
    run_drills(house.now + 2 * MINUTE)
    drill.refresh_from_db()
    assert drill.outcome == Outcome.INTERRUPTED
    running = Escalation.objects.get(state="running")
    assert running.topic == Topic.TECHNICAL_EMERGENCY


def test_a_person_cannot_start_one_beside_a_real_emergency_either(house: House) -> None:
    emergency(house, house.now)
    with pytest.raises(Conflict) as refused:
        make_drill(house.cast.owner, house.cast.partner, house.now)
    assert refused.value.code == DrillCode.EMERGENCY_RUNS


def test_it_waits_for_a_drill_that_runs(house: House) -> None:
    schedule = schedule_of(house)
    make_drill(house.cast.owner, house.cast.partner, DUE - MINUTE)
    run_drills(DUE)
    schedule.refresh_from_db()
    assert schedule.moved_because == MovedBecause.DRILL
    assert Drill.objects.count() == 1


def test_after_an_outage_of_hours_it_is_made_up_for_once_within_the_support_hours(house: House) -> None:
    schedule = schedule_of(house)
    night = DUE + timedelta(hours=12)
    run_drills(night)
    schedule.refresh_from_db()
    morning = datetime(2026, 11, 11, 8, 0, tzinfo=UTC)
    assert (schedule.next_at, schedule.moved_because) == (morning, MovedBecause.HOURS)
    run_drills(morning)
    run_drills(morning + MINUTE)
    assert Drill.objects.get().started_at == morning


def test_after_an_outage_of_months_every_missed_drill_is_shown_and_none_is_made_up_for(house: House) -> None:
    schedule = schedule_of(house)
    run_drills(datetime(2027, 1, 20, 10, 0, tzinfo=UTC))
    missed = Drill.objects.order_by("planned_for")
    assert [(one.planned_for, one.outcome) for one in missed] == [
        (DUE, Outcome.MISSED),
        (datetime(2026, 12, 8, 9, 0, tzinfo=UTC), Outcome.MISSED),
        (datetime(2027, 1, 12, 9, 0, tzinfo=UTC), Outcome.MISSED),
    ]
    assert not Announcement.objects.filter(topics=[Topic.DRILL]).exists()
    schedule.refresh_from_db()
    assert schedule.next_at == datetime(2027, 2, 9, 9, 0, tzinfo=UTC)


def test_a_paused_schedule_starts_nothing_and_resumes_with_the_next_one(house: House) -> None:
    schedule_of(house, is_paused=True)
    run_drills(DUE)
    assert not Drill.objects.exists()
    schedule = make_schedule(house.cast.owner, house.cast.partner, DUE + MINUTE)
    assert schedule.next_at == datetime(2026, 12, 8, 9, 0, tzinfo=UTC)


def test_it_does_not_begin_on_a_public_holiday_of_the_account(house: House) -> None:
    """8 December is a public holiday in Italy."""
    ContactRecord.objects.filter(account=house.cast.partner).update(holiday_region="IT")
    schedule = make_schedule(house.cast.owner, house.cast.partner, DUE + MINUTE)
    assert schedule.next_at == datetime(2026, 12, 9, 8, 0, tzinfo=UTC)


def test_without_support_hours_none_begins_until_there_are_some(house: House) -> None:
    SupportHours.objects.all().delete()
    schedule = schedule_of(house)
    assert schedule.next_at is None
    run_drills(DUE)
    assert not Drill.objects.exists()


def test_a_field_that_reaches_nobody_is_said_on_the_drill(house: House) -> None:
    schedule_of(house, field=ContactField.MERCHANT.value)
    ContactRecord.objects.get(account=house.cast.partner).entries.filter(field=ContactField.MERCHANT).delete()
    run_drills(DUE)
    run_drills(DUE + MINUTE)
    assert Drill.objects.get().outcome == Outcome.NOBODY
    assert not Announcement.objects.filter(topics__contains=[Topic.STAFF_ALARM]).exists()


def test_a_scheduled_drill_walked_minute_by_minute_over_the_change_of_clocks(house: House) -> None:
    """Sunday 28 March 2027, 02:30 in Rome does not exist: it begins at 03:00, at the pace of every other day."""
    days = list(range(1, 8))
    SupportHours.objects.update(days=days, start_minute=0, end_minute=1440)
    begin = datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    make_schedule(house.cast.owner, house.cast.partner, begin, weekday=0, day=28, minute=150)
    for minute in range(180):
        climb_due(begin + minute * MINUTE)
        run_drills(begin + minute * MINUTE)
    drill = Drill.objects.get()
    gap = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert drill.started_at == gap
    steps = list(Escalation.objects.get().steps.order_by("number").values_list("taken_at", flat=True))
    assert steps == [gap + 5 * number * MINUTE for number in range(9)], "three people in three rounds"
    assert (drill.ended_at, drill.outcome) == (gap + 45 * MINUTE, Outcome.UNANSWERED)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"minute": 1440}, "minute"),
        ({"weekday": 8}, "weekday"),
        ({"week": 6}, "week"),
        ({"day": 32}, "day"),
        ({"announced_days": 15}, "announced_days"),
        ({"field": "support_hours"}, "field"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
    ],
)
def test_it_refuses_a_schedule_that_means_nothing(house: House, wish: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        schedule_of(house, **wish)
    assert [one.field for one in refused.value.problems] == [field]


def test_readers_do_not_change_the_schedule(house: House) -> None:
    wish = Wish(field=ContactField.EMERGENCY, minute=600, time_zone="Europe/Rome")
    with pytest.raises(Forbidden):
        actions.change_drill_schedule(actor=house.cast.reader, account=house.cast.partner, wish=wish, now=house.now)
