"""When something goes in a storm: pure arithmetic, held against what people can expect of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.catalog.vocabulary import Topic
from liaison.notifications.bundling import Flow, Limits, bundle_key, calmed, never_held, pause_of, slot
from liaison.notifications.facts import Because, Channel, HeldBecause, Person, Planned, Reason, Withheld

NOW = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WINDOW = 10 * SECOND
LIMITS = Limits(window=WINDOW, burst=20, interval=MINUTE)
ENDLESS = Limits(window=WINDOW, burst=10**6, interval=timedelta(microseconds=1))


def mails_of(arrivals: list[datetime], limits: Limits) -> list[tuple[datetime, int]]:
    """Return when which number of messages went, if each bundle goes the moment it is due."""
    flow: Flow | None = None
    gathering: datetime | None = None
    mails: dict[datetime, int] = {}
    for at in arrivals:
        if gathering is not None and gathering <= at:
            gathering = None
        found = slot(at, flow, limits, gathers_until=gathering)
        flow = found.flow or flow
        gathering = None if found.because is None else found.at
        assert found.at >= at
        mails[found.at] = mails.get(found.at, 0) + 1
    return sorted(mails.items())


def arrivals_after(gaps: list[int]) -> list[datetime]:
    moments, at = [], NOW
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        moments.append(at)
    return moments


gaps = st.lists(st.integers(0, 30_000), min_size=1, max_size=200)


def test_the_first_goes_at_once_and_those_after_it_go_together_a_window_later() -> None:
    assert mails_of([NOW, NOW + SECOND, NOW + 9 * SECOND], LIMITS) == [(NOW, 1), (NOW + WINDOW, 2)]


def test_a_steady_storm_gives_one_mail_in_each_window() -> None:
    mails = mails_of([NOW + number * SECOND / 10 for number in range(1000)], ENDLESS)
    assert [at for at, _count in mails] == [NOW + number * WINDOW for number in range(11)]
    assert sum(count for _at, count in mails) == 1000


@given(gaps)
def test_every_message_is_in_exactly_one_mail_and_none_waits_longer_than_a_window(gaps: list[int]) -> None:
    arrivals = arrivals_after(gaps)
    mails = mails_of(arrivals, ENDLESS)
    assert sum(count for _at, count in mails) == len(arrivals)
    moments = [at for at, _count in mails]
    assert all(later - earlier >= WINDOW for earlier, later in pairwise(moments))
    assert moments[-1] <= arrivals[-1] + WINDOW


@given(gaps)
def test_a_destination_never_gets_more_than_its_share(gaps: list[int]) -> None:
    limits = Limits(window=SECOND, burst=3, interval=MINUTE)
    arrivals = arrivals_after(gaps)
    mails = mails_of(arrivals, limits)
    assert sum(count for _at, count in mails) == len(arrivals)
    for place, (at, _count) in enumerate(mails):
        within = [other for other, _ in mails[place:] if other - at < 10 * MINUTE]
        assert len(within) <= 3 + 10
    assert mails[-1][0] <= arrivals[-1] + MINUTE + SECOND


def test_what_exceeds_the_share_says_so_and_goes_when_there_is_room() -> None:
    flow = Flow(last_due_at=NOW - MINUTE, full_at=NOW + 20 * MINUTE)
    found = slot(NOW, flow, LIMITS)
    assert (found.because, found.at) == (HeldBecause.RATE_LIMITED, NOW + MINUTE)


def test_what_comes_with_an_earlier_clock_opens_no_bundle_that_is_due_already() -> None:
    """Two machines differ by a moment, and the later one was first."""
    flow = Flow(last_due_at=NOW + SECOND / 100, full_at=NOW)
    assert slot(NOW, flow, LIMITS).at == NOW + SECOND / 100 + WINDOW


def test_a_clock_that_was_put_back_keeps_nobody_waiting() -> None:
    flow = Flow(last_due_at=NOW + timedelta(hours=1), full_at=NOW + timedelta(hours=1))
    assert slot(NOW, flow, LIMITS).at == NOW


@pytest.mark.parametrize(
    ("count", "minutes"), [(1, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10_000, 15)]
)
def test_what_comes_and_goes_waits_longer_each_time(count: int, minutes: int | None) -> None:
    assert pause_of(count) == (None if minutes is None else minutes * MINUTE)


def test_what_comes_and_goes_leaves_the_window_of_the_others_alone() -> None:
    flow = Flow(last_due_at=NOW - 3 * SECOND, full_at=NOW)
    found = calmed(NOW, flow, LIMITS, 2 * MINUTE, gathers_until=None)
    assert (found.at, found.because) == (NOW + 2 * MINUTE, HeldBecause.BUNDLED)
    assert found.flow is not None
    assert found.flow.last_due_at == flow.last_due_at
    assert found.flow.full_at > flow.full_at


def planned(*because: Because, channel: Channel = Channel.EMAIL) -> Planned:
    person = Person("address:a@p.test", "Anna", "a@p.test", "en", "Europe/Rome")
    return Planned(person, channel, "a@p.test", because, NOW)


@pytest.mark.parametrize("topic", list(Topic))
def test_nothing_urgent_is_ever_held(topic: Topic) -> None:
    urgent = {
        Topic.TECHNICAL_EMERGENCY, Topic.URGENT_CASE, Topic.STAFF_ALARM, Topic.ACCOUNT_MAIL, Topic.DRILL,
    }  # fmt: skip
    alert = Because(Topic.PRODUCTION_ALERT, Reason.ALERT_CONTACT)
    assert never_held(planned(alert, Because(topic, Reason.ADMINISTRATOR))) is (topic in urgent)
    withheld = Because(topic, Reason.ADMINISTRATOR, Withheld.LATER_STEP)
    assert not never_held(planned(alert, withheld))


def test_programs_are_told_of_each_event_by_itself() -> None:
    alert = Because(Topic.PRODUCTION_ALERT, Reason.ALERT_CONTACT)
    assert never_held(planned(alert, channel=Channel.WEBHOOK))
    assert not never_held(planned(alert, channel=Channel.SLACK))


def test_a_key_tells_places_apart_and_shows_no_address() -> None:
    keys = {
        bundle_key(account, channel, destination, *more)
        for account in (1, 2)
        for channel in ("email", "slack")
        for destination in ("anna@p.test", "bea@p.test")
        for more in ((), ("flapping",))
    }
    assert len(keys) == 16
    assert not any("anna" in key for key in keys)
