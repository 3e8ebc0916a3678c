"""Prometheus itself, given the same series, alarms at the same minutes as our rules do (issue 5)."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from liaison import catalog
from liaison.catalog.rules import Measure, Rule
from liaison.detection.judging import judge
from liaison.detection.models import FindingState
from liaison.detection.promql import COMPARED, group_of
from liaison.detection.series import Calls, Failures, MinuteCounts, reading_of_calls
from liaison.detection.steps import NEVER_JUDGED, step

START = datetime(1970, 1, 1, tzinfo=UTC)
MERCHANTS = [f"m-{number}" for number in range(8)]
FIRING = {FindingState.FIRING, FindingState.CLEARING}
RULES = [rule for rule in catalog.rules().values() if rule.measure in COMPARED]


@dataclass(frozen=True)
class Row:
    """What happened in one minute, of one action: by merchant what failed and what was declined."""

    calls: int
    errors: dict[str, int]
    declined: dict[str, int]
    latency_calls: int
    latency_ms: int


Series = dict[str, list[Row | None]]


def smaller(rule: Rule) -> Rule:
    """Return the rule with shorter windows, so that an hour or two hold many turns; its shape stays."""
    return replace(
        rule,
        actions=rule.actions or ("CreateBooking",),
        minutes=max(2, rule.minutes // 5),
        long_minutes=rule.long_minutes and max(12, rule.long_minutes // 10),
        min_calls=max(1, rule.min_calls // 4),
        min_errors=rule.min_errors and max(2, rule.min_errors // 4),
        min_merchants=min(rule.min_merchants, 3),
        clear_minutes=min(rule.clear_minutes, 10),
    )


def random_series(rule: Rule, chance: random.Random, minutes: int) -> Series:
    """Make stretches of calm, trouble around the threshold, bursts, zeros, and nothing at all."""
    return {action: _stretches(rule, chance, minutes) for action in rule.actions}


def _stretches(rule: Rule, chance: random.Random, minutes: int) -> list[Row | None]:
    rows: list[Row | None] = []
    limit = rule.threshold * (1 - rule.objective) if rule.measure is Measure.BURN_RATE else rule.threshold
    while len(rows) < minutes:
        kind = chance.choice(["calm", "edge", "edge", "burst", "zero", "gap"])
        for _ in range(chance.randint(1, 14)):
            if kind == "gap" or chance.random() < 0.05:
                rows.append(None)
            else:
                rows.append(_row(rule, chance, kind, limit))
    return rows[:minutes]


def _row(rule: Rule, chance: random.Random, kind: str, limit: float) -> Row:
    calls = 0 if kind == "zero" else chance.randint(1, 40)
    if rule.measure is Measure.LATENCY:
        mean = {"calm": limit / 4, "edge": limit * chance.uniform(0.6, 1.3), "burst": limit * 3}.get(kind, 0)
        return Row(calls, {}, {}, calls, int(mean * calls))
    share = {"calm": limit / 8, "edge": min(1.0, limit * chance.uniform(0.3, 2)), "burst": min(1.0, limit * 5)}
    failed = [chance.choice(MERCHANTS) for _ in range(calls) if chance.random() < share.get(kind, 0.0)]
    by_merchant = {merchant: failed.count(merchant) for merchant in failed}
    is_declined = rule.measure is Measure.DECLINED_RATE
    return Row(calls, {} if is_declined else by_merchant, by_merchant if is_declined else {}, 0, 0)


def our_alarm_minutes(rule: Rule, series: Series, minutes: int) -> list[bool | None]:
    """Return for each minute whether it fires; None from where we damp flapping, which Prometheus has no words for."""
    calls, state, found = _calls(series), NEVER_JUDGED, []
    for number in range(minutes + 1):
        end = START + timedelta(minutes=number)
        state, _ = step(state, judge(rule, reading_of_calls(rule, calls, end, None)), rule, end)
        found.append(None if state.is_flapping else state.state in FIRING)
    first_damped = next((number for number, one in enumerate(found) if one is None), len(found))
    return [*found[:first_damped], *([None] * (len(found) - first_damped))]


def _calls(series: Series) -> Calls:
    rows, failures = [], []
    for of_action in series.values():
        for number, row in enumerate(of_action):
            if row is None:
                continue
            minute = START + timedelta(minutes=number)
            rows.append(
                MinuteCounts(
                    minute=minute,
                    calls=row.calls,
                    errors=sum(row.errors.values()),
                    declined=sum(row.declined.values()),
                    latency_calls=row.latency_calls,
                    latency_ms=row.latency_ms,
                )
            )
            failures += [Failures(minute, merchant) for merchant in row.errors]
            failures += [Failures(minute, merchant, is_decline=True) for merchant in row.declined]
    return Calls(rows, failures)


def prometheus_test(rule: Rule, series: Series, expected: list[bool | None]) -> dict[str, Any]:
    """Return a test of promtool's: the series, and for each minute whether the alert must fire."""
    labels = {"severity": rule.severity.value}
    if not rule.together:
        labels["action"] = rule.actions[0]
    alarm = [{"exp_labels": labels}]
    return {
        "interval": "1m",
        "input_series": [
            {"series": name, "values": " ".join(values)}
            for action, rows in series.items()
            for name, values in _gauges(action, rows)
        ],
        "alert_rule_test": [
            {"eval_time": f"{number}m", "alertname": rule.key, "exp_alerts": alarm if fires else []}
            for number, fires in enumerate(expected)
            if fires is not None
        ],
    }


def _gauges(action: str, rows: list[Row | None]) -> list[tuple[str, list[str]]]:
    """Return each gauge with its samples: that of a minute stands at the minute's end, so the first stands at 1m."""

    def samples(value_of: Any) -> list[str]:
        return ["_", *("_" if row is None or value_of(row) is None else str(value_of(row)) for row in rows)]

    found = [
        ("liaison_calls", samples(lambda row: row.calls)),
        ("liaison_errors", samples(lambda row: sum(row.errors.values()))),
        ("liaison_declined", samples(lambda row: sum(row.declined.values()))),
        ("liaison_latency_calls", samples(lambda row: row.latency_calls)),
        ("liaison_latency_ms", samples(lambda row: row.latency_ms)),
    ]
    named = [(f'{metric}{{action="{action}"}}', values) for metric, values in found]
    for merchant in MERCHANTS:
        labels = f'{{action="{action}", merchant="{merchant}"}}'
        named += [
            (f"liaison_merchant_errors{labels}", samples(lambda row, m=merchant: row.errors.get(m))),
            (f"liaison_merchant_declined{labels}", samples(lambda row, m=merchant: row.declined.get(m))),
        ]
    return named


def run_promtool(folder: Path, rule: Rule, tests: list[dict[str, Any]]) -> tuple[int, str]:
    """Return what promtool says of the rule's own group and these tests."""
    tool = shutil.which("promtool")
    assert tool, "promtool is missing; packages.txt lists the Debian packages that tests need"
    (folder / "rules.yml").write_text(yaml({"groups": [group_of(rule)]}))
    (folder / "tests.yml").write_text(yaml({"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": tests}))
    done = subprocess.run([tool, "test", "rules", "tests.yml"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, re.sub(r"\n{2,}", "\n", done.stdout + done.stderr)[:4000]


def yaml(value: Any) -> str:
    """Return the value as JSON, which is YAML."""
    return json.dumps(value)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=[rule.key for rule in RULES])
def test_prometheus_alarms_at_the_same_minutes(rule: Rule, tmp_path: Path) -> None:
    """Issue 5: gaps, bursts, zeros and values around the threshold; every rule that is a rate, latency or burn rate."""
    small, minutes = smaller(rule), 120
    chance = random.Random(f"{rule.key} 5")  # noqa: S311  # the same series in every run
    tests, fired = [], 0
    for _ in range(8):
        series = random_series(small, chance, minutes)
        ours = our_alarm_minutes(small, series, minutes)
        fired += any(ours)
        tests.append(prometheus_test(small, series, ours))
    assert fired >= 4, "series that raise no alarm compare nothing"
    code, said = run_promtool(tmp_path, small, tests)
    assert code == 0, said


@pytest.mark.parametrize("key", ["checkout_errors", "fast_burn", "booking_latency"])
def test_the_rules_as_they_are_alarm_at_the_same_minutes(key: str, tmp_path: Path) -> None:
    """The whole windows and floors of the catalog, once."""
    rule = replace(catalog.rules()[key], actions=catalog.rules()[key].actions or ("CreateBooking",))
    chance = random.Random(key)  # noqa: S311
    series = random_series(rule, chance, 400)
    ours = our_alarm_minutes(rule, series, 400)
    assert any(ours)
    code, said = run_promtool(tmp_path, rule, [prometheus_test(rule, series, ours)])
    assert code == 0, said


def test_an_alarm_one_minute_off_is_noticed(tmp_path: Path) -> None:
    """The comparison can fail."""
    rule = smaller(catalog.rules()["checkout_errors"])
    chance = random.Random(1)  # noqa: S311
    series = random_series(rule, chance, 150)
    ours = our_alarm_minutes(rule, series, 150)
    first = ours.index(True)
    code, said = run_promtool(
        tmp_path, rule, [prometheus_test(rule, series, [*ours[:first], False, *ours[first + 1 :]])]
    )
    assert code != 0
    assert "FAILED" in said
