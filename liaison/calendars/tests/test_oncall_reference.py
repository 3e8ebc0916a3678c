"""The arithmetic of rotas against somebody who looks at the clock every minute, in every zone, over ten years."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.calendars.oncall import gaps, on_call, on_call_in, shifts_of, turn_at
from liaison.calendars.rota_facts import (
    LayerFacts,
    OnCall,
    OnCallBecause,
    OverrideFacts,
    OverrideKind,
    RotaFacts,
)
from liaison.lib.hours import HoursRow
from liaison.lib.tests.transitions import FIRST, MINUTE, ZONES, PatientClock, changes_of, kinds_of_zones

PEOPLE = (1, 2, 3, 4)


@st.composite
def moments(draw: st.DrawFn, zone: str) -> datetime:
    """Near a change of clocks where the zone has any, else anywhere within the ten years; whole minutes."""
    changes = changes_of(zone)
    if changes and draw(st.integers(0, 9)) > 0:
        minutes = draw(st.integers(-200, 200))
        change: datetime = draw(st.sampled_from(changes))
        return change + minutes * MINUTE
    return FIRST + draw(st.integers(0, 10 * 365 * 1440 - 10_000)) * MINUTE


@st.composite
def hours_of(draw: st.DrawFn, zone: str) -> HoursRow:
    start = draw(st.integers(0, 1439) | st.sampled_from([0, 60, 120, 150, 1380]))
    length = draw(st.integers(1, 1440))
    return HoursRow(draw(st.frozensets(st.integers(1, 7), min_size=1)), start, start + length, zone)


@st.composite
def overrides(draw: st.DrawFn, at: datetime, key: str) -> OverrideFacts:
    starts = at + draw(st.integers(-300, 300)) * MINUTE
    ends = starts + draw(st.integers(1, 400)) * MINUTE
    return OverrideFacts(key, draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(OverrideKind)), starts, ends)


@st.composite
def layers(draw: st.DrawFn, zone: str, at: datetime, key: str = "a") -> LayerFacts:
    people = tuple(draw(st.permutations(PEOPLE)))[: draw(st.integers(0, 4))]
    return LayerFacts(
        key=key,
        people=people,
        starts_on=at.date() - timedelta(days=draw(st.integers(-2, 4000))),
        handover_minute=draw(st.integers(0, 1439) | st.sampled_from([0, 30, 60, 90, 120, 150, 180])),
        turn_days=draw(st.sampled_from([1, 2, 3, 7, 14, 366])),
        hours=tuple(draw(st.lists(hours_of(zone), max_size=2))),
        overrides=tuple(draw(overrides(at, str(number))) for number in range(draw(st.integers(0, 3)))),
    )


class Watcher:
    """A slow second opinion on one layer: counts hand-overs on a clock, and asks each rule by itself."""

    def __init__(self, rota: RotaFacts, layer: LayerFacts, start: datetime) -> None:
        self.rota, self.layer, self.clock = rota, layer, PatientClock(rota.zone, start)

    def on_call(self, at: datetime) -> OnCall | None:
        shown = self.clock.read(at)
        is_open = not self.layer.hours or any(self.row_is_open(row, shown) for row in self.layer.hours)
        number = self.handovers(shown) - 1
        usual = None
        if is_open and self.layer.people and number >= 0:
            usual = self.layer.people[number % len(self.layer.people)]
        standing = [
            one
            for one in self.layer.overrides
            if one.starts_at <= at < one.ends_at
            and one.person not in self.rota.away
            and (is_open or one.kind != OverrideKind.SWAP)
        ]
        if standing:
            last = standing[-1]
            instead = None if usual == last.person else usual
            return OnCall(last.person, self.layer.key, OnCallBecause(last.kind.value), instead, last.key)
        if usual is None:
            return None
        for step in range(len(self.layer.people)):
            person = self.layer.people[(number + step) % len(self.layer.people)]
            if person not in self.rota.away:
                if step == 0:
                    return OnCall(person, self.layer.key, OnCallBecause.TURN)
                return OnCall(person, self.layer.key, OnCallBecause.STANDS_IN, usual)
        return None

    def handovers(self, shown: datetime) -> int:
        """Count the hand-overs whose time the clock has shown."""
        first = datetime(self.layer.starts_on.year, self.layer.starts_on.month, self.layer.starts_on.day)  # noqa: DTZ001
        since = (shown - first) // MINUTE - self.layer.handover_minute
        return since // (self.layer.turn_days * 1440) + 1

    def row_is_open(self, row: HoursRow, shown: datetime) -> bool:
        minute = shown.hour * 60 + shown.minute
        today, yesterday = shown.isoweekday(), (shown - timedelta(days=1)).isoweekday()
        from_today = today in row.days and row.start_minute <= minute < row.end_minute
        return from_today or (yesterday in row.days and minute + 1440 < row.end_minute)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_who_is_on_call_agrees_with_somebody_who_watches_the_clock(data: st.DataObject, zone: str) -> None:
    at = data.draw(moments(zone))
    layer = data.draw(layers(zone, at))
    rota = RotaFacts(zone, (layer,), data.draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)))
    watcher = Watcher(rota, layer, at)
    for minute in range(240):
        moment = at + minute * MINUTE
        assert on_call_in(rota, layer, moment) == watcher.on_call(moment), moment


@settings(max_examples=60, deadline=None)
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_a_list_of_shifts_says_of_every_minute_who_is_on_call(data: st.DataObject, zone: str) -> None:
    at = data.draw(moments(zone))
    first, second = data.draw(layers(zone, at)), data.draw(layers(zone, at, "b"))
    rota = RotaFacts(zone, (first, second), data.draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)))
    start, end = at - timedelta(hours=6), at + timedelta(hours=6)
    watchers = {layer.key: Watcher(rota, layer, start) for layer in rota.layers}
    listed = {layer.key: list(shifts_of(rota, layer, start, end)) for layer in rota.layers}
    holes = gaps(rota, start, end)
    for key, found in listed.items():
        assert [found[0].starts_at, *(one.ends_at for one in found)] == [*(one.starts_at for one in found), end], key
    for minute in range(720):
        moment = start + minute * MINUTE
        expected = [watcher.on_call(moment) for watcher in watchers.values()]
        for who, shifts in zip(expected, listed.values(), strict=True):
            assert who == next(one.on_call for one in shifts if one.starts_at <= moment < one.ends_at), moment
        assert any(hole.start <= moment < hole.end for hole in holes) == (expected == [None, None]), moment
        if minute % 60 == 0:
            assert on_call(rota, moment) == tuple(one for one in expected if one)


@pytest.mark.slow
def test_every_change_of_clocks_of_ten_years_in_every_zone_hands_over_when_the_clock_first_shows_the_time() -> None:
    """A hand-over in each hour around each change: before it, in the gap or the hour that comes twice, and after.

    Of zones whose clocks agree in all of these years, one speaks for the others.
    """
    for zone in kinds_of_zones():
        for number, change in enumerate(changes_of(zone)):
            start, end = change - timedelta(minutes=100), change + timedelta(minutes=100)
            clock = PatientClock(zone, start)
            before = clock.read(start)
            handover = (before + timedelta(minutes=number * 37 % 200)).replace(second=0)
            layer = LayerFacts("a", PEOPLE, handover.date(), handover.hour * 60 + handover.minute, 1)
            moment = start
            while moment < end:
                turn = turn_at(zone, layer, moment)
                assert (turn is not None) == (clock.read(moment) >= handover), (zone, moment)
                moment += 4 * MINUTE
