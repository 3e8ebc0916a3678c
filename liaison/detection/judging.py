"""What one rule says about one reading: good, bad, between, or unknown. Pure; nothing here reads a clock or a row.

Floors come first: under any of them a rate says nothing, and the judgement is good. Nothing at all to judge by is
unknown, and then what was goes on; only the measures of absence (silence, a missing run, a missing heartbeat) judge
that nothing came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from liaison.catalog.rules import Measure, Rule
from liaison.detection.facts import Counts, Judgement, Reading, Verdict

_UNKNOWN: Final = Verdict(Judgement.UNKNOWN)


def judge(rule: Rule, reading: Reading) -> Verdict:
    """Return what the rule says about the reading, with its value in the measure's unit and the numbers that show it.

    What the reading must hold, by measure; anything else in it is ignored:
    rates and latency `window` (an empty one, or None, is unknown); a burn rate `window` and, where that is bad,
    `long_window`, whose numbers must reach the floors; silence `last_call` and, where it is silent, `usual_calls`;
    feeds and heartbeats the moments and numbers of the last one (never came: unknown); a health check
    `unanswered_in_a_row`, counted from `since` on, and `failing_since` while it fails.
    """
    verdict = _JUDGES[rule.measure](rule, reading)
    if verdict.value is None:
        return verdict
    return replace(verdict, evidence={"value": verdict.value, "threshold": rule.threshold, **verdict.evidence})


def is_reached(rule: Rule, value: float) -> bool:
    """Say whether a value is bad by the threshold alone, whatever the floors."""
    return value > rule.threshold if rule.is_over else value >= rule.threshold


def counted_evidence(counts: Counts, minutes: int) -> dict[str, Any]:
    """Return what a window held, as JSON values."""
    return {
        "window_minutes": minutes,
        "calls": counts.calls,
        "errors": counts.errors,
        "unanswered": counts.unanswered,
        "declined": counts.declined,
        "merchants": counts.merchants,
    }


def _by_value(rule: Rule, value: float, evidence: Mapping[str, Any]) -> Verdict:
    """Judge a value that reached its floors."""
    if is_reached(rule, value):
        return Verdict(Judgement.BAD, value, evidence)
    if rule.clear_below is not None and value >= rule.clear_below:
        return Verdict(Judgement.BETWEEN, value, evidence)
    return Verdict(Judgement.GOOD, value, evidence)


def _error_rate(rule: Rule, reading: Reading) -> Verdict:
    counts = reading.window
    if counts is None or counts.calls <= 0:
        return _UNKNOWN
    value = counts.errors / counts.calls
    evidence = counted_evidence(counts, rule.minutes)
    if not _reaches_floors(rule, counts.calls, counts.errors, counts.merchants):
        return Verdict(Judgement.GOOD, value, evidence)
    return _by_value(rule, value, evidence)


def _declined_rate(rule: Rule, reading: Reading) -> Verdict:
    counts = reading.window
    if counts is None or counts.calls <= 0:
        return _UNKNOWN
    value = counts.declined / counts.calls
    evidence = {**counted_evidence(counts, rule.minutes), "merchants": counts.declined_merchants}
    if not _reaches_floors(rule, counts.calls, counts.declined, counts.declined_merchants):
        return Verdict(Judgement.GOOD, value, evidence)
    return _by_value(rule, value, evidence)


def _latency(rule: Rule, reading: Reading) -> Verdict:
    counts = reading.window
    if counts is None or counts.latency_calls <= 0:
        return _UNKNOWN
    value = counts.latency_ms / counts.latency_calls
    evidence = {**counted_evidence(counts, rule.minutes), "latency_ms": value}
    if counts.latency_calls < rule.min_calls:
        return Verdict(Judgement.GOOD, value, evidence)
    return _by_value(rule, value, evidence)


def _burn_rate(rule: Rule, reading: Reading) -> Verdict:
    short = reading.window
    if short is None or short.calls <= 0:
        return _UNKNOWN
    allowed = 1 - rule.objective
    value = short.errors / short.calls / allowed
    evidence = {**counted_evidence(short, rule.minutes), "objective": rule.objective}
    if not is_reached(rule, value):
        return Verdict(Judgement.GOOD, value, evidence)
    counts = reading.long_window
    if counts is None or counts.calls <= 0:
        return Verdict(Judgement.UNKNOWN, value, evidence)
    long_value = counts.errors / counts.calls / allowed
    evidence |= {
        **counted_evidence(counts, rule.minutes),
        "window_minutes": rule.minutes,
        "long_window_minutes": rule.long_minutes,
        "long_value": long_value,
    }
    is_bad = is_reached(rule, long_value) and _reaches_floors(rule, counts.calls, counts.errors, counts.merchants)
    return Verdict(Judgement.BAD if is_bad else Judgement.GOOD, value, evidence)


def _silence(rule: Rule, reading: Reading) -> Verdict:
    if reading.last_call is None:
        return _UNKNOWN
    value = _elapsed_seconds(reading, reading.last_call) / 60
    evidence = {"last_call_at": reading.last_call.isoformat(), "usual_calls": reading.usual_calls}
    if not is_reached(rule, value):
        return Verdict(Judgement.GOOD, value, evidence)
    if reading.usual_calls is None:
        return Verdict(Judgement.UNKNOWN, value, evidence)
    # Fewer are missing than would tell anything. At this hour that is usual, but it is no sign that calls are back.
    if reading.usual_calls * rule.threshold < rule.min_calls:
        return Verdict(Judgement.BETWEEN, value, evidence)
    return Verdict(Judgement.BAD, value, evidence)


def _feed_error_rate(rule: Rule, reading: Reading) -> Verdict:
    return _share_of_entities(rule, reading, reading.failed_entities)


def _feed_stale_share(rule: Rule, reading: Reading) -> Verdict:
    return _share_of_entities(rule, reading, reading.stale_entities)


def _share_of_entities(rule: Rule, reading: Reading, part: int | None) -> Verdict:
    ended = reading.last_run_ended
    if part is None or not reading.entities or (ended is not None and _is_before(reading, ended)):
        return _UNKNOWN
    value = part / reading.entities
    evidence = {
        "entities": reading.entities,
        "failed_entities": reading.failed_entities,
        "stale_entities": reading.stale_entities,
        "last_run_ended_at": None if ended is None else ended.isoformat(),
    }
    if reading.entities < rule.min_entities:
        return Verdict(Judgement.GOOD, value, evidence)
    return _by_value(rule, value, evidence)


def _feed_missing(rule: Rule, reading: Reading) -> Verdict:
    return _missing(rule, reading, reading.last_run_ended, "last_run_ended_at")


def _heartbeat_missing(rule: Rule, reading: Reading) -> Verdict:
    return _missing(rule, reading, reading.last_beat, "last_beat_at")


def _missing(rule: Rule, reading: Reading, last: datetime | None, key: str) -> Verdict:
    if last is None or not reading.expected_every_seconds:
        return _UNKNOWN
    value = _elapsed_seconds(reading, last) / reading.expected_every_seconds
    evidence = {key: last.isoformat(), "expected_every_seconds": reading.expected_every_seconds}
    return _by_value(rule, value, evidence)


def _check_failing(rule: Rule, reading: Reading) -> Verdict:
    if reading.failing_since is None:
        return _UNKNOWN if reading.unanswered_in_a_row is None else Verdict(Judgement.GOOD, 0.0)
    value = _elapsed_seconds(reading, reading.failing_since) / 60
    return _by_value(rule, value, _failing_evidence(reading))


def _check_unanswered(rule: Rule, reading: Reading) -> Verdict:
    if reading.unanswered_in_a_row is None:
        return _UNKNOWN
    return _by_value(rule, float(reading.unanswered_in_a_row), _failing_evidence(reading))


def _failing_evidence(reading: Reading) -> dict[str, Any]:
    since = reading.failing_since
    return {
        "failing_since": None if since is None else since.isoformat(),
        "unanswered": reading.unanswered_in_a_row or 0,
    }


def _reaches_floors(rule: Rule, calls: int, failures: int, merchants: int) -> bool:
    return calls >= rule.min_calls and failures >= rule.min_errors and merchants >= rule.min_merchants


def _elapsed_seconds(reading: Reading, begin: datetime) -> float:
    """Return how long ago that was, never longer than what happens counts, and never less than nothing."""
    counted = begin if reading.since is None else max(begin, reading.since)
    return max(0.0, (reading.end - counted).total_seconds())


def _is_before(reading: Reading, moment: datetime) -> bool:
    return reading.since is not None and moment < reading.since


_JUDGES: Final[Mapping[Measure, Callable[[Rule, Reading], Verdict]]] = MappingProxyType(
    {
        Measure.ERROR_RATE: _error_rate,
        Measure.DECLINED_RATE: _declined_rate,
        Measure.LATENCY: _latency,
        Measure.BURN_RATE: _burn_rate,
        Measure.SILENCE: _silence,
        Measure.FEED_ERROR_RATE: _feed_error_rate,
        Measure.FEED_STALE_SHARE: _feed_stale_share,
        Measure.FEED_MISSING: _feed_missing,
        Measure.CHECK_FAILING: _check_failing,
        Measure.CHECK_UNANSWERED: _check_unanswered,
        Measure.HEARTBEAT_MISSING: _heartbeat_missing,
    }
)
