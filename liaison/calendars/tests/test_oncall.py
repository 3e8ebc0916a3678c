from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from liaison.calendars.oncall import gaps, next_handover, on_call, shifts, turn_at, turns
from liaison.calendars.rota_facts import (
    LayerFacts,
    OnCall,
    OnCallBecause,
    OverrideFacts,
    OverrideKind,
    RotaFacts,
)
from liaison.lib.hours import HoursRow, Stretch

ADA, EMIL, BASIA = 1, 2, 3
MINUTE = timedelta(minutes=1)
MONDAY = date(2026, 11, 2)


def at(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]  # year to minute


def layer(**values: Any) -> LayerFacts:
    usual: dict[str, Any] = {
        "key": "a",
        "people": (ADA, EMIL),
        "starts_on": MONDAY,
        "handover_minute": 540,
        "turn_days": 7,
    }
    return LayerFacts(**(usual | values))


def rota(*layers: LayerFacts, zone: str = "Europe/Rome", away: frozenset[int] = frozenset()) -> RotaFacts:
    return RotaFacts(zone, layers or (layer(),), away)


def people(found: RotaFacts, moment: datetime) -> list[int]:
    return [one.person for one in on_call(found, moment)]


def cover(person: int, starts: datetime, ends: datetime, kind: OverrideKind = OverrideKind.COVER) -> OverrideFacts:
    return OverrideFacts(f"{kind.value}-{person}", person, kind, starts, ends)


def test_people_take_turns_from_hand_over_to_hand_over_half_open() -> None:
    found, handover = rota(), at("Europe/Rome", 2026, 11, 9, 9, 0)
    assert people(found, handover - MINUTE) == [ADA]
    assert people(found, handover) == [EMIL]
    assert people(found, handover + timedelta(days=7)) == [ADA]


def test_before_the_first_turn_and_without_people_nobody_is_on_call() -> None:
    start = at("Europe/Rome", 2026, 11, 2, 9, 0)
    assert people(rota(), start - MINUTE) == []
    assert people(rota(), start) == [ADA]
    assert people(rota(layer(people=())), start) == []
    assert next_handover(rota(), layer(), start - MINUTE) == start


def test_each_layer_has_somebody_in_the_order_of_the_layers() -> None:
    found = rota(layer(), layer(key="b", people=(BASIA,)))
    assert people(found, at("Europe/Rome", 2026, 11, 3, 9, 0)) == [ADA, BASIA]


def test_dst_a_hand_over_in_the_gap_happens_at_the_first_instant_after_it() -> None:
    found = rota(layer(starts_on=date(2026, 3, 28), handover_minute=150, turn_days=1))
    after = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert people(found, after - MINUTE) == [ADA]
    assert people(found, after) == [EMIL]


def test_dst_a_hand_over_that_comes_twice_happens_at_the_first() -> None:
    found = rota(layer(starts_on=date(2026, 10, 24), handover_minute=150, turn_days=1))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert people(found, first - MINUTE) == [ADA]
    assert people(found, first) == [EMIL]
    assert people(found, first + timedelta(hours=1)) == [EMIL]


def test_dst_a_clock_put_back_over_midnight_hands_nothing_back() -> None:
    """Newfoundland put its clocks back at 00:01 until 2011, so the evening before came once more."""
    found = rota(
        layer(starts_on=date(2010, 11, 6), handover_minute=0, turn_days=1, people=(ADA, EMIL)), zone="America/St_Johns"
    )
    midnight = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    assert people(found, midnight - MINUTE) == [ADA]
    assert people(found, midnight) == [EMIL]
    assert people(found, midnight + timedelta(minutes=30)) == [EMIL]


def test_dst_turns_keep_their_time_on_the_wall_and_are_an_hour_longer_or_shorter() -> None:
    found = list(turns(rota(), layer(starts_on=date(2026, 3, 16)), *_spring()))
    assert [turn.ends_at - turn.starts_at for turn in found] == [
        timedelta(days=7),
        timedelta(days=7) - timedelta(hours=1),
        timedelta(days=7),
    ]
    assert {turn.starts_at.astimezone(ZoneInfo("Europe/Rome")).hour for turn in found} == {9}


def _spring() -> tuple[datetime, datetime]:
    return at("Europe/Rome", 2026, 3, 16, 9, 0), at("Europe/Rome", 2026, 4, 6, 9, 0)


def test_a_layer_with_hours_is_on_call_only_then() -> None:
    found = rota(layer(hours=(HoursRow(frozenset({1, 2, 3, 4, 5}), 540, 1080, "Europe/Rome"),)))
    assert people(found, at("Europe/Rome", 2026, 11, 3, 17, 59)) == [ADA]
    assert people(found, at("Europe/Rome", 2026, 11, 3, 18, 0)) == []


def test_who_is_away_is_passed_over_to_the_next_of_the_layer() -> None:
    moment = at("Europe/Rome", 2026, 11, 3, 9, 0)
    assert on_call(rota(away=frozenset({ADA})), moment) == (OnCall(EMIL, "a", OnCallBecause.STANDS_IN, ADA),)
    assert on_call(rota(away=frozenset({ADA, EMIL})), moment) == ()


def test_an_override_counts_before_the_turn_and_the_last_made_before_the_others() -> None:
    start, end = at("Europe/Rome", 2026, 11, 3, 9, 0), at("Europe/Rome", 2026, 11, 3, 12, 0)
    first, second = cover(EMIL, start, end), cover(BASIA, start, start + timedelta(hours=1))
    found = rota(layer(overrides=(first, second)))
    assert on_call(found, start) == (OnCall(BASIA, "a", OnCallBecause.COVER, ADA, "cover-3"),)
    assert people(found, start + timedelta(hours=1)) == [EMIL]
    assert people(found, end) == [ADA]
    assert people(rota(*found.layers, away=frozenset({BASIA})), start) == [EMIL]


def test_a_cover_fills_hours_in_which_the_layer_has_nobody_and_a_swap_does_not() -> None:
    night, hours = at("Europe/Rome", 2026, 11, 3, 22, 0), (HoursRow(frozenset({2}), 540, 1080, "Europe/Rome"),)
    start, end = night - timedelta(hours=12), night + timedelta(hours=1)
    assert people(rota(layer(hours=hours, overrides=(cover(BASIA, start, end),))), night) == [BASIA]
    swap = cover(BASIA, start, end, OverrideKind.SWAP)
    assert people(rota(layer(hours=hours, overrides=(swap,))), night) == []
    assert people(rota(layer(hours=hours, overrides=(swap,))), start) == [BASIA]


def test_shifts_begin_and_end_with_the_turns_and_the_overrides() -> None:
    start, end = at("Europe/Rome", 2026, 11, 2, 9, 0), at("Europe/Rome", 2026, 11, 16, 9, 0)
    begins, ends = start + timedelta(days=1), start + timedelta(days=2)
    found = shifts(rota(layer(overrides=(cover(EMIL, begins, ends),))), start, end)
    handover = start + timedelta(days=7)
    assert [(one.starts_at, one.ends_at, one.on_call.person if one.on_call else None) for one in found] == [
        (start, begins, ADA),
        (begins, ends, EMIL),
        (ends, handover, ADA),
        (handover, end, EMIL),
    ]
    assert shifts(rota(), start, start) == ()


def test_two_turns_of_one_person_are_two_shifts() -> None:
    start = at("Europe/Rome", 2026, 11, 2, 9, 0)
    assert len(shifts(rota(layer(people=(ADA,))), start, start + timedelta(days=14))) == 2


def test_a_gap_is_where_no_layer_has_anybody() -> None:
    hours = (HoursRow(frozenset(range(1, 8)), 0, 720, "UTC"),)
    late = (HoursRow(frozenset(range(1, 8)), 660, 1380, "UTC"),)
    found = rota(layer(hours=hours, handover_minute=0), layer(key="b", hours=late, handover_minute=0), zone="UTC")
    start = datetime(2026, 11, 3, tzinfo=UTC)
    assert gaps(found, start, start + timedelta(days=1)) == (
        Stretch(start + timedelta(hours=23), start + timedelta(days=1)),
    )
    assert gaps(rota(), start - timedelta(days=2), start - timedelta(days=1)) == (
        Stretch(start - timedelta(days=2), start - timedelta(days=1)),
    )
    assert gaps(rota(), start, start + timedelta(days=300)) == ()


def test_the_turn_of_a_moment_says_whose_it_is_whoever_takes_it_over() -> None:
    moment = at("Europe/Rome", 2026, 11, 10, 9, 0)
    taken = layer(overrides=(cover(BASIA, moment - MINUTE, moment + MINUTE),))
    found = turn_at("Europe/Rome", taken, moment)
    assert found is not None
    assert (found.number, found.person) == (1, EMIL)
    assert next_handover(rota(taken), taken, moment) == at("Europe/Rome", 2026, 11, 16, 9, 0)


@pytest.mark.parametrize("values", [{"turn_days": 0}, {"turn_days": 367}, {"handover_minute": 1440}])
def test_a_layer_that_makes_no_sense_is_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"turn lasts|hand-over is"):
        layer(**values)


def test_a_rota_in_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown time zone"):
        rota(zone="Europe/Roma")
