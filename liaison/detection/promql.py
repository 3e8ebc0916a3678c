"""A rule about calls in the words of Prometheus: for those who want to check it, and for a test that compares.

It reads gauges of one sample a minute, stamped with the minute's end: `liaison_calls`, `liaison_errors`,
`liaison_declined`, `liaison_latency_calls`, `liaison_latency_ms` with the label `action`, and
`liaison_merchant_errors`, `liaison_merchant_declined` with `merchant` as well. A range of n minutes is written one
second shorter, because Prometheus before 3.0 counts both of its ends. Flap damping has no words there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from liaison.catalog.rules import Measure, Rule

COMPARED: Final = frozenset({Measure.ERROR_RATE, Measure.DECLINED_RATE, Measure.LATENCY, Measure.BURN_RATE})
"""The measures that have words in Prometheus."""

_PART: Final[Mapping[Measure, tuple[str, str]]] = MappingProxyType(
    {
        Measure.ERROR_RATE: ("liaison_errors", "liaison_calls"),
        Measure.BURN_RATE: ("liaison_errors", "liaison_calls"),
        Measure.DECLINED_RATE: ("liaison_declined", "liaison_calls"),
        Measure.LATENCY: ("liaison_latency_ms", "liaison_latency_calls"),
    }
)


def group_of(rule: Rule) -> dict[str, Any]:
    """Return a group of Prometheus's rule files: what was judged last as a series of 1 and 0, and the alert on it."""
    judged = f"liaison:{rule.key}:bad"
    alert: dict[str, Any] = {"alert": rule.key, "expr": f"{judged} == 1", "labels": {"severity": rule.severity.value}}
    if rule.for_minutes:
        alert["for"] = f"{rule.for_minutes}m"
    if rule.clear_minutes:
        alert["keep_firing_for"] = f"{rule.clear_minutes}m"
    kept = f"(\n{bad_expression(rule)}\n) * 0 + 1\nor (\n{good_expression(rule)}\n) * 0\nor {judged}"
    return {"name": rule.key, "interval": "1m", "rules": [{"record": judged, "expr": kept}, alert]}


def as_yaml(rule: Rule) -> str:
    """Return a rule file with the rule's group, as people write one."""
    group = group_of(rule)
    lines = ["groups:", f"- name: {group['name']}", f"  interval: {group['interval']}", "  rules:"]
    for one in group["rules"]:
        for number, (key, value) in enumerate(one.items()):
            before = "  - " if number == 0 else "    "
            if key == "expr":
                lines += [f"{before}{key}: |", *(f"      {line}" for line in str(value).splitlines())]
            elif isinstance(value, dict):
                lines += [f"{before}{key}:", *(f"      {name}: {text}" for name, text in value.items())]
            else:
                lines.append(f"{before}{key}: {value}")
    return "\n".join(lines) + "\n"


def bad_expression(rule: Rule) -> str:
    """Return what has a value where the rule judges that it is bad."""
    operator = ">" if rule.is_over else ">="
    return _with_floors(rule, operator, rule.threshold)


def good_expression(rule: Rule) -> str:
    """Return what has a value where it is good: something is known, and it is not as bad as it must be to go on."""
    known = f"{_total(rule, _PART[rule.measure][1], rule.minutes)} > 0"
    still = bad_expression(rule) if rule.clear_below is None else _with_floors(rule, ">=", rule.clear_below)
    return f"{known} unless (\n{still}\n)"


def _with_floors(rule: Rule, operator: str, limit: float) -> str:
    conditions = [f"{_value(rule, rule.minutes)} {operator} {limit!r}"]
    floors_over = rule.minutes
    if rule.measure is Measure.BURN_RATE:
        conditions.append(f"{_value(rule, rule.long_minutes)} {operator} {limit!r}")
        floors_over = rule.long_minutes
    part, whole = _PART[rule.measure]
    if rule.min_calls:
        conditions.append(f"{_total(rule, whole, floors_over)} >= {rule.min_calls}")
    if rule.min_errors:
        conditions.append(f"{_total(rule, part, floors_over)} >= {rule.min_errors}")
    if rule.min_merchants:
        conditions.append(f"{_merchants(rule, part, floors_over)} >= {rule.min_merchants}")
    return "\nand ".join(conditions)


def _value(rule: Rule, minutes: int) -> str:
    part, whole = _PART[rule.measure]
    ratio = f"{_total(rule, part, minutes)} / {_total(rule, whole, minutes)}"
    return f"{ratio} / (1 - {rule.objective!r})" if rule.measure is Measure.BURN_RATE else ratio


def _total(rule: Rule, metric: str, minutes: int) -> str:
    return f"{_aggregate('sum', rule)} ({_over_time(rule, metric, minutes)})"


def _merchants(rule: Rule, part: str, minutes: int) -> str:
    """Return the distinct merchants: they do not add up over minutes, so they are counted over the whole window."""
    each = "merchant" if rule.together else "action, merchant"
    metric = part.replace("liaison_", "liaison_merchant_")
    return f"{_aggregate('count', rule)} (sum by ({each}) ({_over_time(rule, metric, minutes)}) > 0)"


def _over_time(rule: Rule, metric: str, minutes: int) -> str:
    chosen = f'{{action=~"{"|".join(rule.actions)}"}}' if rule.actions else ""
    return f"sum_over_time({metric}{chosen}[{minutes * 60 - 1}s])"


def _aggregate(function: str, rule: Rule) -> str:
    return function if rule.together else f"{function} by (action)"
