"""What shows a problem to those who must solve it: since when, against what is usual, which codes, which merchants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from liaison.catalog.rules import Measure, Rule
from liaison.detection.facts import Counts
from liaison.detection.gates import CALL_MEASURES, PARTS, RATES
from liaison.detection.readings import window_of
from liaison.detection.targets import Target
from liaison.detection.windows import ASKED, WITHIN, Span, asked_of, read_spans
from liaison.signals.models import FAILURES, Outcome

MOST: Final = 5
_BASELINE: Final = timedelta(hours=24)
_OLDEST_KEYS: Final = ("failing_since", "last_run_ended_at", "last_beat_at", "last_call_at")

_RANKED: Final = f"""
SELECT number, word, total FROM (
    SELECT number, word, total, row_number() OVER (PARTITION BY number ORDER BY total DESC, word) AS place
    FROM (
        SELECT asked.number, {{word}} AS word, sum(kept.count)::bigint AS total
        FROM {ASKED} JOIN signals_errorminute AS kept {WITHIN}
            AND kept.outcome = ANY(%s) AND {{word}} IS NOT NULL
        GROUP BY asked.number, word
    ) AS counted
) AS ranked WHERE place <= {MOST} ORDER BY number, place
"""  # noqa: S608  # nothing in it comes from outside
_CODE: Final = "coalesce(nullif(kept.code, ''), kept.outcome)"
_MERCHANT: Final = "nullif(kept.merchant, '')"
_FIRST: Final = f"""
SELECT asked.number, min(kept.minute)
FROM {ASKED} JOIN signals_minute AS kept {WITHIN}
    AND kept.{{part}} > 0 AND kept.{{part}} >= (%s::float8[])[asked.number + 1] * kept.{{whole}}
GROUP BY asked.number
"""  # noqa: S608  # as above


@dataclass(frozen=True, slots=True)
class Shown:
    """A target whose evidence is wanted, and what the judgement found. `is_new`: it is found now for the first time."""

    target: Target
    evidence: Mapping[str, Any]
    is_new: bool


def read_evidence(shown: Sequence[Shown], end: datetime) -> list[dict[str, Any]]:
    """Return what to add to each judgement's own numbers, as JSON values. A handful of statements for all."""
    added: list[dict[str, Any]] = [{} for _ in shown]
    for outcomes, measures in ((FAILURES, RATES - {Measure.DECLINED_RATE}), ({Outcome.DECLINED}, _DECLINES)):
        places = [place for place, one in enumerate(shown) if one.target.rule.measure in measures]
        spans = [_longest_window(shown[place].target, end) for place in places]
        for key, word in (("codes", _CODE), ("merchants_most", _MERCHANT)):
            for place, ranked in zip(places, _rank(word, spans, outcomes), strict=True):
                added[place][key] = ranked
    _add_beginnings(added, shown, end)
    return added


_DECLINES: Final = frozenset({Measure.DECLINED_RATE})


def _add_beginnings(added: list[dict[str, Any]], shown: Sequence[Shown], end: datetime) -> None:
    new = [place for place, one in enumerate(shown) if one.is_new]
    for place in new:
        known = (shown[place].evidence.get(key) for key in _OLDEST_KEYS)
        first = next((moment for moment in known if moment), None)
        if first:
            added[place]["first_bad_at"] = first
    calls = [place for place in new if shown[place].target.rule.measure in CALL_MEASURES]
    firsts = _first_bad_minutes([shown[place].target for place in calls], end)
    spans = []
    for place, first in zip(calls, firsts, strict=True):
        added[place]["first_bad_at"] = first.isoformat()
        target = shown[place].target
        spans.append(Span(target.place.environment_id, target.actions, first - _BASELINE, first))
    for place, counts in zip(calls, read_spans(spans), strict=True):
        baseline = None if counts is None else _value(shown[place].target.rule, counts)
        if baseline is not None:
            added[place]["baseline"] = baseline


def _first_bad_minutes(targets: Sequence[Target], end: datetime) -> list[datetime]:
    """Return the first minute of each target's window that was bad by itself, else the window's first."""
    spans = [_longest_window(target, end) for target in targets]
    found = [span.since for span in spans]
    for part, whole in dict.fromkeys(PARTS.values()):
        places = [place for place, target in enumerate(targets) if PARTS[target.rule.measure] == (part, whole)]
        if not places:
            continue
        limits = [_limit(targets[place].rule) for place in places]
        statement = _FIRST.format(part=part, whole=whole)
        for number, first in _rows(statement, [*asked_of([spans[place] for place in places]), limits]):
            found[places[number]] = first
    return found


def _longest_window(target: Target, end: datetime) -> Span:
    return window_of(target, end, max(target.rule.minutes, target.rule.long_minutes))


def _limit(rule: Rule) -> float:
    """Return what is bad for a single minute."""
    return rule.threshold * (1 - rule.objective) if rule.measure is Measure.BURN_RATE else rule.threshold


def _value(rule: Rule, counts: Counts) -> float | None:
    if rule.measure is Measure.LATENCY:
        return counts.latency_ms / counts.latency_calls if counts.latency_calls else None
    part = counts.declined if rule.measure is Measure.DECLINED_RATE else counts.errors
    return part / counts.calls if counts.calls else None


def _rank(word: str, spans: Sequence[Span], outcomes: Iterable[Outcome]) -> list[list[list[Any]]]:
    ranked: list[list[list[Any]]] = [[] for _ in spans]
    if spans:
        values = [*asked_of(spans), [outcome.value for outcome in outcomes]]
        for number, words, total in _rows(_RANKED.format(word=word), values):
            ranked[number].append([words, total])
    return ranked


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
