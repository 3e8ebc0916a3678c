"""A rule tried on history finds what passes would have found, and writes nothing (issue 5, shadow rules)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison import catalog
from liaison.accounts.testing import Cast
from liaison.catalog.rules import Rule
from liaison.detection.models import Finding, FindingState, RuleOverride
from liaison.detection.replaying import can_be_tried, pasts_of
from liaison.detection.ruleplaces import RulePlace
from liaison.detection.series import Calls as Series
from liaison.detection.series import Failures, MinuteCounts, reading_of_calls
from liaison.detection.shadow import Past, Stretch, replay
from liaison.detection.testing import MINUTE, judge_at
from liaison.detection.tests.scene import everything, only
from liaison.detection.trying import replay_all, try_rule
from liaison.feeds.testing import make_feed, make_run
from liaison.integrations.models import Environment, Integration, Pause, PauseState
from liaison.integrations.testing import make_launched
from liaison.probes.counters import Counters, counted
from liaison.probes.models import CheckOutcome
from liaison.probes.testing import make_check, make_result
from liaison.signals.testing import Calls, write_minutes

RULES = catalog.rules()
START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def quick(key: str, **more: Any) -> Rule:
    """Return a rule whose floors and durations are small enough for an hour."""
    rule = RULES[key]
    small = {
        "minutes": rule.minutes and 4,
        "long_minutes": rule.long_minutes and 12,
        "min_calls": rule.min_calls and 10,
        "min_errors": rule.min_errors and 3,
        "min_merchants": rule.min_merchants and 2,
        "for_minutes": 1,
        "clear_minutes": 2,
    }
    return replace(rule, **{**small, **more})


def override(rule: Rule) -> None:
    names = (
        "threshold",
        "minutes",
        "long_minutes",
        "min_calls",
        "min_errors",
        "min_merchants",
        "for_minutes",
        "clear_minutes",
    )
    used = {name: getattr(rule, name) for name in names if getattr(rule, name) != getattr(RULES[rule.key], name)}
    RuleOverride.objects.create(rule=rule.key, parameters=used, changed_at=START)


def random_calls(chance: random.Random, minutes: int) -> list[Calls | None]:
    """Make stretches of calm, of trouble, and of nothing."""
    found: list[Calls | None] = []
    while len(found) < minutes:
        kind = chance.choice(["calm", "bad", "worse", "slow", "slow", "gap"])
        for _ in range(chance.randint(2, 9)):
            calls = chance.randint(5, 20)
            errors = {"bad": calls // 6, "worse": calls - 2}.get(kind, 0)
            slow = 9000 if kind == "slow" else 200
            merchants = chance.randint(1, 4)
            found.append(None if kind == "gap" else Calls(calls, errors=errors, merchants=merchants, latency_ms=slow))
    return found[:minutes]


def found_by_passes(
    rule: Rule, environment: Environment, minutes: int, happens: Callable[[int], object] = lambda _: None
) -> list[tuple[str, datetime, str]]:
    """Judge each minute as the ticker would, after what `happens` in it; return what fired and ended, in order."""
    seen: list[tuple[str, datetime, str]] = []
    before: dict[str, tuple[str, datetime | None]] = {}
    for number in range(minutes + 1):
        happens(number)
        judge_at(START + number * MINUTE)
        for row in Finding.objects.filter(environment=environment, rule=rule.key):
            was = before.get(row.scope)
            if row.fired_at and row.fired_at != (was[1] if was else None):
                seen.append(("fired", row.fired_at, row.scope))
            if row.state == FindingState.OVER and was and was[0] in {FindingState.FIRING, FindingState.CLEARING}:
                assert row.ended_at is not None
                seen.append(("ended", row.ended_at, row.scope))
            before[row.scope] = (row.state, row.fired_at)
    return seen


def found_by_replay(rule: Rule, integration: Integration, minutes: int) -> list[tuple[str, datetime, str]]:
    end = START + minutes * MINUTE
    seen = []
    for alarm in replay_all(rule, pasts_of(rule, integration, START, end + MINUTE), START, end):
        seen.append(("fired", alarm.fired_at, alarm.scope))
        if alarm.ended_at is not None:
            seen.append(("ended", alarm.ended_at, alarm.scope))
    return sorted(seen, key=lambda one: (one[1], one[0]))


@pytest.fixture
def launched(integration: Integration) -> Integration:
    """It was launched before anything that is tried here."""
    integration.launched_at = integration.judged_from = START - timedelta(days=30)
    integration.save()
    return integration


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "actions"),
    [
        ("booking_errors", ("CreateBooking",)),
        ("booking_latency", ("CreateBooking",)),
        ("fast_burn", ("CreateBooking", "CheckAvailability")),
    ],
)
def test_a_replay_finds_what_the_passes_found(
    key: str, actions: tuple[str, ...], launched: Integration, production: Environment
) -> None:
    """Random calls with gaps, minute by minute, by the evaluation itself and from what is stored."""
    rule, minutes = quick(key), 110
    only(key)
    override(rule)
    chance = random.Random(key)  # noqa: S311  # the same in every run
    for action in actions:
        write_minutes(production, action, START, random_calls(chance, minutes))
    passes = found_by_passes(rule, production, minutes)
    assert [one[0] for one in passes].count("fired") >= 2, "a history in which nothing happens proves nothing"
    assert found_by_replay(rule, launched, minutes) == sorted(passes, key=lambda one: (one[1], one[0]))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("key", ["feed_missing", "feed_errors_high"])
def test_a_replay_of_feeds_finds_what_the_passes_found(
    key: str, launched: Integration, production: Environment
) -> None:
    rule = quick(key)
    only(key)
    override(rule)
    feed = make_feed(production, now=START - timedelta(hours=1), expected_every=4)
    runs = {0: 0, 3: 10, 8: 400, 12: 10, 26: 900, 29: 0, 33: 0, 36: 10}

    def happens(number: int) -> None:
        if number in runs:
            make_run(feed, START + number * MINUTE, errors=runs[number])

    passes = found_by_passes(rule, production, 45, happens)
    assert [one[0] for one in passes].count("fired") >= 2
    assert found_by_replay(rule, launched, 45) == passes


@pytest.mark.slow
@pytest.mark.django_db
def test_a_replay_of_health_checks_finds_what_the_passes_found(launched: Integration, production: Environment) -> None:
    rule = quick("check_failing", threshold=3)
    only("check_failing")
    override(rule)
    check = make_check(production, now=START)
    outcomes = {"h": CheckOutcome.HEALTHY, "u": CheckOutcome.UNANSWERED, "w": CheckOutcome.WRONG_ANSWER}
    answers = "hhuuhhuwwuuwuhhhhhuhuuuuuuwwh.......hhwwwwwwwhhhhh"
    counters = Counters()

    def happens(number: int) -> None:
        nonlocal counters
        if number >= len(answers) or answers[number] == ".":
            return
        at = START + number * MINUTE - timedelta(seconds=20)
        counters = counted(counters, outcomes[answers[number]], at, timedelta(minutes=1))
        make_result(check, at, outcomes[answers[number]])
        type(check).objects.filter(pk=check.pk).update(**asdict(counters))

    passes = found_by_passes(rule, production, 55, happens)
    assert [one[0] for one in passes].count("fired") >= 2
    assert found_by_replay(rule, launched, 55) == passes


@pytest.mark.slow
@pytest.mark.django_db
def test_a_replay_of_silence_finds_what_the_passes_found(launched: Integration, production: Environment) -> None:
    rule = quick("silence", threshold=5)
    only("silence")
    override(rule)
    for day in range(9):
        write_minutes(production, "CreateBooking", START - timedelta(days=day + 1), [Calls(4)] * 90)
    silent = [*range(10, 22), *range(31, 50)]

    def happens(number: int) -> None:
        if number and number - 1 not in silent:
            write_minutes(production, "CreateBooking", START + (number - 1) * MINUTE, [Calls(4)])

    passes = found_by_passes(rule, production, 45, happens)
    assert [one[0] for one in passes] == ["fired", "ended", "fired"]
    assert found_by_replay(rule, launched, 45) == passes


@pytest.mark.django_db
def test_trying_writes_nothing_and_counts_people_times_and_nights(
    cast: Cast, launched: Integration, production: Environment
) -> None:
    """Issue 5: would have told so many people so many times, so many at night."""
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    day, night = now - timedelta(days=1), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    for start in (night, day):
        write_minutes(production, "CreateBooking", start, [Calls(40, errors=20, merchants=6)] * 30)
        write_minutes(production, "CreateBooking", start + timedelta(minutes=30), [Calls(40)] * 60)
    strict, lax = RULES["booking_errors"], replace(RULES["booking_errors"], threshold=0.6, clear_below=0.5)
    before = everything()
    trial = try_rule(cast.administrator, strict, lax, RulePlace(integration=launched), now)
    assert everything() == before
    assert (trial.tried, trial.left_out) == ((launched,), 0)
    # The owner and a colleague for alerts, an engineer for technical notices; all in Rome.
    assert (trial.present.people, trial.present.times, trial.present.nights) == (3, 2, 1)
    assert [one.alarm.fired_at - start for one, start in zip(trial.present.told, (night, day), strict=True)] == [
        timedelta(minutes=5)
    ] * 2
    assert (trial.wanted.people, trial.wanted.times, trial.wanted.nights) == (0, 0, 0)


@pytest.mark.django_db
def test_a_rule_that_is_off_would_have_found_nothing(
    cast: Cast, launched: Integration, production: Environment
) -> None:
    write_minutes(production, "CreateBooking", START - timedelta(hours=2), [Calls(40, errors=20, merchants=6)] * 60)
    trial = try_rule(cast.administrator, RULES["booking_errors"], None, RulePlace(integration=launched), START)
    assert (trial.present.times, trial.wanted.times) == (1, 0)


@pytest.mark.django_db
def test_in_a_pause_nobody_would_have_been_told_and_its_end_begins_anew(
    cast: Cast, launched: Integration, production: Environment
) -> None:
    """S5, R2."""
    begun = START - timedelta(hours=3)
    write_minutes(production, "CreateBooking", begun, [Calls(40, errors=20, merchants=6)] * 40 + [Calls(40)] * 60)
    Pause.objects.create(
        integration=launched,
        state=PauseState.OVER,
        starts_at=begun,
        over_at=begun + timedelta(hours=1),
        created_at=begun,
    )
    trial = try_rule(cast.administrator, RULES["booking_errors"], None, RulePlace(integration=launched), START)
    (one,) = trial.present.told
    assert one.alarm.is_quiet
    assert (trial.present.times, trial.present.untold) == (0, 1)


@pytest.mark.django_db
def test_of_many_integrations_those_with_the_most_errors_are_tried_first(
    cast: Cast, launched: Integration, production: Environment
) -> None:
    other = make_launched(cast.elsewhere)
    make_launched(cast.partner, "ordering_end_to_end")
    write_minutes(production, "CreateBooking", START - timedelta(hours=2), [Calls(40, errors=20, merchants=6)])
    rule = RULES["booking_errors"]
    everybody = try_rule(cast.administrator, rule, rule, RulePlace(), START)
    assert everybody.tried == (launched, other)
    of_kind = try_rule(cast.administrator, rule, rule, RulePlace(kind=launched.kind), START)
    assert of_kind.tried == (launched, other)


def test_feeds_and_checks_can_be_tried_and_heartbeats_cannot() -> None:
    assert not can_be_tried(RULES["heartbeat_missing"])
    for key in ("feed_errors", "feed_missing", "check_failing", "silence"):
        assert can_be_tried(RULES[key])


@st.composite
def histories(draw: st.DrawFn) -> Series:
    rows, failures = [], []
    for number in range(draw(st.integers(1, 120))):
        if draw(st.integers(0, 5)) == 0:
            continue
        minute, calls = START + number * MINUTE, draw(st.integers(0, 30))
        errors = draw(st.integers(0, calls))
        rows.append(MinuteCounts(minute, calls, errors))
        failures += [Failures(minute, f"m-{draw(st.integers(0, 3))}") for _ in range(min(errors, 2))]
    return Series(rows, failures)


@given(histories())
def test_alarms_never_overlap_and_never_stand_on_too_little(series: Series) -> None:
    rule = quick("booking_errors")
    past = Past(1, "CreateBooking", lambda one, end, since: reading_of_calls(one, series, end, since))
    last = None
    for alarm in replay(rule, past, START, START + 130 * MINUTE):
        assert last is None or last <= alarm.fired_at
        assert alarm.evidence["errors"] >= rule.min_errors
        assert alarm.evidence["merchants"] >= rule.min_merchants
        last = alarm.ended_at
        assert last is None or last > alarm.fired_at


@given(histories(), st.integers(0, 60), st.integers(1, 60))
def test_what_was_before_the_end_of_a_pause_never_counts(series: Series, first: int, length: int) -> None:
    rule = quick("booking_errors")
    pause = Stretch(START + first * MINUTE, START + (first + length) * MINUTE)

    def read(one: Rule, end: datetime, since: datetime | None) -> Any:
        return reading_of_calls(one, series, end, since)

    found = replay(rule, Past(1, "CreateBooking", read, pauses=[pause]), START, START + 130 * MINUTE)
    assert pause.until is not None
    for alarm in found:
        assert alarm.is_quiet == pause.holds(alarm.fired_at)
        if alarm.fired_at >= pause.until:
            assert alarm.fired_at >= pause.until + timedelta(minutes=rule.for_minutes)
