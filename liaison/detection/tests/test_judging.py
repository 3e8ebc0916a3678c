"""One rule, one reading: floors before everything, exact thresholds, hysteresis, and what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison import catalog
from liaison.catalog.rules import Measure
from liaison.detection.facts import Counts, Judgement, Reading
from liaison.detection.judging import judge

END = datetime(2026, 11, 5, 12, tzinfo=UTC)
GOOD, BAD, BETWEEN, UNKNOWN = Judgement.GOOD, Judgement.BAD, Judgement.BETWEEN, Judgement.UNKNOWN
RULES = catalog.rules()
CHECKOUT, FAST = RULES["checkout_errors"], RULES["fast_burn"]


def minutes_ago(minutes: float) -> datetime:
    return END - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("calls", "errors", "merchants", "judgement"),
    [
        (50, 25, 5, BETWEEN),  # exactly half is not more than half
        (49, 25, 5, BAD),
        (48, 24, 5, GOOD),  # half, but one error too few
        (40, 24, 9, GOOD),
        (40, 40, 4, GOOD),  # everything fails for four merchants
        (40, 40, 5, BAD),
        (100, 39, 9, GOOD),
        (100, 40, 9, BETWEEN),
    ],
)
def test_orders_are_an_emergency_above_half_with_twenty_five_errors_of_five_merchants(
    calls: int, errors: int, merchants: int, judgement: Judgement
) -> None:
    """S6, the defaults of a public partner programme."""
    window = Counts(calls=calls, errors=errors, merchants=merchants)
    assert judge(CHECKOUT, Reading(END, window=window)).judgement is judgement


def test_declined_payments_are_no_errors_and_have_a_rule_of_their_own() -> None:
    window = Counts(calls=100, errors=0, declined=90, declined_merchants=9)
    assert judge(CHECKOUT, Reading(END, window=window)).judgement is GOOD
    assert judge(RULES["declined_payments"], Reading(END, window=window)).judgement is BAD
    assert judge(RULES["declined_payments"], Reading(END, window=replace(window, declined=49))).judgement is GOOD


@pytest.mark.parametrize("window", [None, Counts()])
def test_without_a_single_call_nothing_is_known(window: Counts | None) -> None:
    for rule in RULES.values():
        if rule.measure in {Measure.ERROR_RATE, Measure.DECLINED_RATE, Measure.LATENCY, Measure.BURN_RATE}:
            assert judge(rule, Reading(END, window=window)).judgement is UNKNOWN


def test_calls_without_a_duration_say_nothing_about_latency() -> None:
    rule = RULES["availability_latency"]
    assert judge(rule, Reading(END, window=Counts(calls=100))).judgement is UNKNOWN
    slow = Counts(calls=100, latency_calls=20, latency_ms=20 * 5000)
    assert judge(rule, Reading(END, window=slow)).judgement is BETWEEN
    assert judge(rule, Reading(END, window=replace(slow, latency_ms=slow.latency_ms + 1))).judgement is BAD
    assert judge(rule, Reading(END, window=replace(slow, latency_calls=19, latency_ms=10**9))).judgement is GOOD


def test_a_burn_rate_needs_both_windows_and_the_floors_of_the_long_one() -> None:
    short = Counts(calls=10, errors=2, merchants=1)
    long = Counts(calls=1000, errors=144, merchants=3)
    assert judge(FAST, Reading(END, window=short, long_window=replace(long, errors=145))).judgement is BAD
    assert judge(FAST, Reading(END, window=short, long_window=replace(long, errors=143))).judgement is GOOD
    assert judge(FAST, Reading(END, window=short, long_window=replace(long, merchants=2, errors=500))).judgement is GOOD
    assert judge(FAST, Reading(END, window=replace(short, errors=1), long_window=long)).judgement is GOOD
    # Nobody reads the long window while the short one is good; while it is bad, the long one must be known.
    assert judge(FAST, Reading(END, window=replace(short, errors=1))).judgement is GOOD
    assert judge(FAST, Reading(END, window=short)).judgement is UNKNOWN


def test_silence_is_bad_only_where_calls_are_usual() -> None:
    rule = RULES["silence"]
    assert judge(rule, Reading(END)).judgement is UNKNOWN
    assert judge(rule, Reading(END, last_call=minutes_ago(29))).judgement is GOOD
    assert judge(rule, Reading(END, last_call=minutes_ago(30))).judgement is UNKNOWN
    assert judge(rule, Reading(END, last_call=minutes_ago(30), usual_calls=1.0)).judgement is BAD
    # A firing silence does not end because at night nobody would call anyway.
    assert judge(rule, Reading(END, last_call=minutes_ago(30), usual_calls=0.9)).judgement is BETWEEN


def test_silence_before_what_counts_does_not_count() -> None:
    reading = Reading(END, since=minutes_ago(10), last_call=minutes_ago(500), usual_calls=50.0)
    assert judge(RULES["silence"], reading).judgement is GOOD


@pytest.mark.parametrize(
    ("entities", "failed", "found"),
    [
        (101, 11, ["feed_errors"]),
        (100, 20, []),
        (100, 21, ["feed_errors_high"]),
        (1010, 101, []),
        (1000, 201, ["feed_errors", "feed_errors_high"]),
        (1, 1, ["feed_errors_high"]),
    ],
)
def test_a_feed_is_bad_above_a_tenth_of_more_than_a_hundred_or_above_a_fifth(
    entities: int, failed: int, found: list[str]
) -> None:
    """S6."""
    reading = Reading(END, entities=entities, failed_entities=failed, last_run_ended=minutes_ago(5))
    rules = ("feed_errors", "feed_errors_high")
    assert [key for key in rules if judge(RULES[key], reading).judgement is BAD] == found


def test_a_feed_that_nobody_knows_or_that_ran_before_what_counts_is_unknown() -> None:
    rule = RULES["feed_errors_high"]
    run = Reading(END, entities=100, failed_entities=90, last_run_ended=minutes_ago(60))
    assert judge(rule, run).judgement is BAD
    assert judge(rule, replace(run, since=minutes_ago(59))).judgement is UNKNOWN
    assert judge(rule, replace(run, entities=0)).judgement is UNKNOWN
    assert judge(rule, replace(run, failed_entities=None)).judgement is UNKNOWN
    assert judge(RULES["feed_stale"], replace(run, stale_entities=1)).judgement is BAD
    assert judge(RULES["feed_stale"], run).judgement is UNKNOWN


def test_a_run_is_missing_after_one_and_a_half_intervals_and_a_heartbeat_after_two() -> None:
    run = Reading(END, last_run_ended=minutes_ago(90), expected_every_seconds=3600)
    assert judge(RULES["feed_missing"], run).judgement is GOOD
    assert judge(RULES["feed_missing"], replace(run, last_run_ended=minutes_ago(91))).judgement is BAD
    late = replace(run, last_run_ended=minutes_ago(900), since=minutes_ago(90))
    assert judge(RULES["feed_missing"], late).judgement is GOOD
    beat = Reading(END, last_beat=minutes_ago(10.5), expected_every_seconds=300)
    assert judge(RULES["heartbeat_missing"], beat).judgement is BAD
    assert judge(RULES["heartbeat_missing"], Reading(END, expected_every_seconds=300)).judgement is UNKNOWN


@pytest.mark.parametrize(
    ("failing", "unanswered", "found"),
    [
        (None, 0, []),
        (9, 2, []),
        (10, 0, ["check_failing"]),
        (5, 5, ["check_unanswered"]),
        (60, 4, ["check_failing", "check_failing_long"]),
    ],
)
def test_a_health_check_tells_after_ten_minutes_and_disables_after_an_hour_or_five_silences(
    failing: float | None, unanswered: int, found: list[str]
) -> None:
    """S5."""
    since = None if failing is None else minutes_ago(failing)
    reading = Reading(END, failing_since=since, unanswered_in_a_row=unanswered)
    rules = ("check_failing", "check_failing_long", "check_unanswered")
    assert [key for key in rules if judge(RULES[key], reading).judgement is BAD] == found


def test_a_check_that_was_never_made_is_unknown() -> None:
    for key in ("check_failing", "check_failing_long", "check_unanswered"):
        assert judge(RULES[key], Reading(END)).judgement is UNKNOWN


def test_the_evidence_holds_the_numbers_as_json() -> None:
    window = Counts(calls=100, errors=70, unanswered=10, declined=3, merchants=6)
    verdict = judge(CHECKOUT, Reading(END, window=window))
    assert verdict.evidence == {
        "value": 0.7,
        "threshold": 0.5,
        "window_minutes": 30,
        "calls": 100,
        "errors": 70,
        "unanswered": 10,
        "declined": 3,
        "merchants": 6,
    }
    run = Reading(END, last_run_ended=minutes_ago(120), expected_every_seconds=3600)
    assert judge(RULES["feed_missing"], run).evidence["last_run_ended_at"] == "2026-11-05T10:00:00+00:00"


RATES = [rule for rule in RULES.values() if rule.min_errors]


@given(
    st.sampled_from(RATES),
    st.integers(0, 3000),
    st.integers(0, 3000),
    st.integers(0, 12),
)
def test_under_a_floor_nothing_is_ever_bad_or_between(rule: object, calls: int, part: int, merchants: int) -> None:
    """Issue 5: a rate without a floor never pages."""
    chosen = next(one for one in RATES if one is rule)
    part = min(part, calls)
    counts = Counts(calls, part, 0, part, merchants, merchants)
    judgement = judge(chosen, Reading(END, window=counts, long_window=counts)).judgement
    if calls and (calls < chosen.min_calls or part < chosen.min_errors or merchants < chosen.min_merchants):
        assert judgement is GOOD
    if judgement is BAD:
        assert calls >= chosen.min_calls
        assert part >= chosen.min_errors
        assert merchants >= chosen.min_merchants


@given(st.sampled_from(RATES), st.integers(0, 3000), st.integers(0, 12), st.integers(0, 2999))
def test_more_failures_never_make_it_better(rule: object, calls: int, merchants: int, fewer: int) -> None:
    chosen = next(one for one in RATES if one is rule)
    order = [UNKNOWN, GOOD, BETWEEN, BAD]
    fewer = min(fewer, max(calls - 1, 0))
    judged = []
    for part in (fewer, min(fewer + 1, calls)):
        counts = Counts(calls, part, 0, part, merchants, merchants)
        judged.append(order.index(judge(chosen, Reading(END, window=counts, long_window=counts)).judgement))
    assert judged == sorted(judged)
