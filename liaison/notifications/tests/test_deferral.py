"""Issue 4: nothing deferred is ever lost, nothing urgent ever deferred; and the moment is right, in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.catalog.vocabulary import Topic
from liaison.lib.hours import HoursRow, open_state
from liaison.notifications.bundling import never_held
from liaison.notifications.deferral import LONGEST_WAIT, NEVER_WAITS, Release, may_wait, release
from liaison.notifications.facts import (
    PERSONAL_CHANNELS,
    Channel,
    Circle,
    Facts,
    Held,
    HeldBecause,
    OpenHours,
    Person,
    Reason,
    TopicFacts,
    Way,
    Withheld,
)
from liaison.notifications.plan import plan

MINUTE = timedelta(minutes=1)
WORKDAYS = frozenset(range(1, 6))
EVERY_DAY = frozenset(range(1, 8))
SEOUL = OpenHours((HoursRow(WORKDAYS, 9 * 60, 18 * 60, "Asia/Seoul"),))
SATURDAY = datetime(2026, 11, 7, 3, 0, tzinfo=UTC)  # noon in Seoul
MONDAY_IN_SEOUL = datetime(2026, 11, 9, 0, 0, tzinfo=UTC)
CLOSED, QUIET = HeldBecause.SUPPORT_HOURS, HeldBecause.QUIET_HOURS
# Weeks in which the clocks of some of these zones change, and one in which none does.
ZONES = ("UTC", "Asia/Seoul", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
WEEKS = (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))


def nightly(zone: str, start: int = 22 * 60, end: int = 31 * 60) -> tuple[HoursRow, ...]:
    return (HoursRow(EVERY_DAY, start, end, zone),)


def someone(name: str, *, quiet: tuple[HoursRow, ...] = (), endpoints: tuple[Way, ...] = ()) -> Person:
    return Person(
        f"entry:{name}", name, f"{name}@partner.test", "en", "UTC", endpoints=endpoints, quiet_hours=quiet
    )  # fmt: skip


def told_of(topic: Topic, *people: Person, waits_for: OpenHours | None = None, is_urgent: bool = False) -> TopicFacts:
    circle = Circle(Reason.OPERATOR_CONTACT, people)
    return TopicFacts(topic, everyone=(circle,), waits_for=waits_for, is_urgent=is_urgent)


def test_it_waits_over_the_weekend_for_the_support_hours() -> None:
    assert release(SATURDAY, SEOUL, ()) == Release(MONDAY_IN_SEOUL, (Held(CLOSED, MONDAY_IN_SEOUL),))


def test_it_goes_at_once_while_the_account_listens() -> None:
    moment = MONDAY_IN_SEOUL + timedelta(hours=3)
    assert release(moment, SEOUL, ()) == Release(moment)


def test_it_waits_until_the_reader_is_up_and_then_for_the_hours_again() -> None:
    """Warsaw sleeps until 07:00 (06:00 UTC); Seoul has been open then since midnight UTC, so both are content."""
    up = datetime(2026, 11, 9, 6, 0, tzinfo=UTC)
    going = release(SATURDAY, SEOUL, nightly("Europe/Warsaw"))
    assert going == Release(up, (Held(CLOSED, MONDAY_IN_SEOUL), Held(QUIET, up)))


def test_it_waits_past_a_public_holiday() -> None:
    holiday = OpenHours(SEOUL.rows, frozenset({date(2026, 11, 9)}))
    assert release(SATURDAY, holiday, ()).at == MONDAY_IN_SEOUL + timedelta(days=1)


def test_it_goes_after_seven_days_whatever_is_closed() -> None:
    weeks = OpenHours(SEOUL.rows, frozenset(date(2026, 11, 1) + timedelta(days=day) for day in range(30)))
    until = SATURDAY + LONGEST_WAIT
    assert release(SATURDAY, weeks, ()) == Release(until, (Held(CLOSED, until),))


def test_support_hours_win_where_quiet_hours_cover_all_of_them() -> None:
    going = release(SATURDAY, SEOUL, nightly("Asia/Seoul", 8 * 60, 20 * 60))
    assert going == Release(MONDAY_IN_SEOUL, (Held(CLOSED, MONDAY_IN_SEOUL),))


def test_no_hours_hold_nothing() -> None:
    assert release(SATURDAY, OpenHours(()), ()) == release(SATURDAY, None, ()) == Release(SATURDAY)


@pytest.mark.parametrize(
    ("moment", "up"),
    [
        # The night in which 02:00 becomes 03:00: quiet until 02:30 ends with the gap, at 01:00 UTC.
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # The night in which 03:00 becomes 02:00: quiet ends at the first 02:30, at 00:30 UTC.
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_night_with_a_change_of_clocks_ends_when_the_readers_clock_says_so(moment: datetime, up: datetime) -> None:
    assert release(moment, None, nightly("Europe/Warsaw", 22 * 60, 26 * 60 + 30)).at == up


def test_quiet_hours_keep_silent_what_reaches_one_person_and_not_a_room() -> None:
    at_night = SATURDAY.replace(hour=23)
    ways = tuple(Way(channel, f"endpoint {channel}") for channel in Channel if channel is not Channel.EMAIL)
    reader = someone("anna", quiet=nightly("UTC"), endpoints=ways)
    outcome = plan(Facts((told_of(Topic.TECHNICAL_NOTICE, reader),), at_night))
    assert {one.channel for one in outcome.told if one.held} == PERSONAL_CHANNELS
    assert all(one.at == at_night for one in outcome.told if not one.held)


def test_an_event_that_is_an_emergency_waits_for_nobody() -> None:
    """The alert contacts hear of an emergency when the emergency contacts do."""
    at_night = SATURDAY.replace(hour=23)
    sleeper = someone("anna", quiet=nightly("UTC"))
    alert = told_of(Topic.PRODUCTION_ALERT, sleeper)
    assert plan(Facts((alert,), at_night)).told[0].at > at_night
    emergency = told_of(Topic.TECHNICAL_EMERGENCY, someone("boris"))
    assert [one.at for one in plan(Facts((emergency, alert), at_night)).told] == [at_night, at_night]


def test_who_reads_one_address_for_two_reasons_hears_at_the_earliest() -> None:
    at_night = SATURDAY.replace(hour=23)
    sleeper, alias = someone("shared", quiet=nightly("UTC")), someone("shared")
    (told,) = plan(
        Facts(
            (told_of(Topic.USER_ESCALATION, sleeper, waits_for=SEOUL), told_of(Topic.TECHNICAL_NOTICE, alias)), at_night
        )
    ).told
    assert (told.at, told.held) == (at_night, ())


def test_who_is_not_told_is_not_held_either() -> None:
    blocked = Person("entry:anna", "anna", "", "en", "UTC", blocked=Withheld.NO_ADDRESS, quiet_hours=nightly("UTC"))
    (one,) = plan(Facts((told_of(Topic.MERCHANT_ISSUE, blocked, waits_for=SEOUL),), SATURDAY)).not_told
    assert (one.at, one.held) == (SATURDAY, ())


# -- properties ---------------------------------------------------------------------------------------------------

moments = st.builds(lambda week, minutes: week + minutes * MINUTE, st.sampled_from(WEEKS), st.integers(0, 5 * 24 * 60))
rows = st.builds(
    lambda days, start, length, zone: HoursRow(days, start, start + length, zone),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1439),
    st.sampled_from(ZONES),
)
closed_days = st.frozensets(
    st.builds(lambda week, day: week.date() + timedelta(days=day), st.sampled_from(WEEKS), st.integers(-1, 12)),
    max_size=8,
)
calendars = st.builds(OpenHours, st.lists(rows, min_size=1, max_size=2).map(tuple), closed_days)
quiet = st.one_of(st.just(()), rows.map(lambda row: (row,)))


def is_open(hours: OpenHours | None, at: datetime) -> bool:
    return hours is None or open_state(hours.rows, at, closed_on=hours.closed_on).is_open


def is_quiet(hours: tuple[HoursRow, ...], at: datetime) -> bool:
    return bool(hours) and open_state(hours, at).is_open


def minute_by_minute(now: datetime, waits_for: OpenHours | None, quiet_hours: tuple[HoursRow, ...]) -> datetime:
    """The slow reference: look at each minute of the week, and then at the support hours alone."""
    minutes = [now + minute * MINUTE for minute in range(int(LONGEST_WAIT / MINUTE))]
    contents = (at for at in minutes if is_open(waits_for, at) and not is_quiet(quiet_hours, at))
    first = next(contents, None)
    if first is not None:
        return first
    return next((at for at in minutes if is_open(waits_for, at)), now + LONGEST_WAIT)


@given(moments, st.one_of(st.none(), calendars), quiet)
@settings(max_examples=300)
def test_a_release_is_neither_before_now_nor_later_than_seven_days(
    now: datetime, waits_for: OpenHours | None, quiet_hours: tuple[HoursRow, ...]
) -> None:
    going = release(now, waits_for, quiet_hours)
    assert now <= going.at <= now + LONGEST_WAIT
    assert (going.at > now) == bool(going.held)
    assert going.held == tuple(sorted(going.held, key=lambda one: one.until))
    assert not going.held or going.held[-1].until == going.at


@given(moments, st.one_of(st.none(), calendars), quiet)
@settings(max_examples=300)
def test_what_is_released_is_released_again_at_the_same_moment(
    now: datetime, waits_for: OpenHours | None, quiet_hours: tuple[HoursRow, ...]
) -> None:
    """Deciding again at the moment of the release changes nothing, unless nothing within the week contents both."""
    going = release(now, waits_for, quiet_hours)
    if is_open(waits_for, going.at) and not is_quiet(quiet_hours, going.at):
        assert release(going.at, waits_for, quiet_hours) == Release(going.at)
    else:
        assert going.at in (now, now + LONGEST_WAIT) or is_open(waits_for, going.at)


@given(moments, st.one_of(st.none(), calendars), quiet)
@settings(max_examples=12, deadline=None)
def test_the_release_is_the_first_minute_that_contents_both(
    now: datetime, waits_for: OpenHours | None, quiet_hours: tuple[HoursRow, ...]
) -> None:
    assert release(now, waits_for, quiet_hours).at == minute_by_minute(now, waits_for, quiet_hours)


topics = st.sampled_from(Topic)
people = st.lists(
    st.builds(
        lambda name, hours, rooms: someone(
            name, quiet=hours, endpoints=tuple(Way(channel, f"{channel} {name}") for channel in rooms)
        ),
        st.sampled_from(["anna", "boris", "chen"]),
        quiet,
        st.frozensets(st.sampled_from([Channel.WEBHOOK, Channel.SMS])),
    ),
    max_size=3,
)
facts = st.lists(
    st.builds(
        lambda topic, who, hours, urgent: told_of(topic, *who, waits_for=hours, is_urgent=urgent),
        topics, people, st.one_of(st.none(), calendars), st.booleans(),
    ),
    min_size=1, max_size=3, unique_by=lambda one: one.topic,
).map(tuple)  # fmt: skip


def places(facts: Facts) -> set[tuple[str, Channel, str]]:
    return {(one.person.name, one.channel, one.address) for one in plan(facts).told}


@given(facts, moments)
@settings(max_examples=200)
def test_nothing_deferred_is_ever_lost(about: tuple[TopicFacts, ...], now: datetime) -> None:
    """Whoever would be told at once is told within seven days, and R4 sees no difference."""
    without = tuple(TopicFacts(one.topic, one.everyone, is_urgent=True) for one in about)
    assert places(Facts(about, now)) == places(Facts(without, now))
    assert plan(Facts(about, now)).nobody == plan(Facts(without, now)).nobody
    assert all(now <= one.at <= now + LONGEST_WAIT for one in plan(Facts(about, now)).told)


@given(facts, moments)
@settings(max_examples=200)
def test_nothing_urgent_is_ever_deferred(about: tuple[TopicFacts, ...], now: datetime) -> None:
    urgent = any(one.is_urgent or one.topic in NEVER_WAITS for one in about)
    assert may_wait(about) is not urgent
    if urgent:
        assert all(one.at == now and not one.held for one in plan(Facts(about, now)).told)


@given(facts, moments)
@settings(max_examples=100)
def test_who_is_told_of_something_urgent_is_never_held_in_a_storm_either(
    about: tuple[TopicFacts, ...], now: datetime
) -> None:
    urgent = {one.topic for one in about if one.is_urgent}
    for one in plan(Facts(about, now)).told:
        counts = {because.topic for because in one.because if because.withheld is None}
        assert one.is_urgent is bool(counts & urgent)
        assert never_held(one) or not counts & (urgent | NEVER_WAITS)
