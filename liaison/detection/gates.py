"""Which series may be bad at all: cheap arithmetic over every row of a scan. Pure.

Tens of thousands of series are fine at every minute. A gate says of one rule and one row whether `judge` could find it
bad if everything that the row does not hold (merchants, the long window) were as bad as can be. It is made of the
same divisions as the judgement, so that the two never differ at the edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Final

from liaison.catalog.rules import Measure, Rule
from liaison.detection.windows import Columns, Row, Windows

RATES: Final = frozenset({Measure.ERROR_RATE, Measure.DECLINED_RATE, Measure.BURN_RATE})
CALL_MEASURES: Final = RATES | {Measure.LATENCY}
"""What is judged by the windows of calls."""

PARTS: Final[Mapping[Measure, tuple[str, str]]] = MappingProxyType(
    {
        Measure.ERROR_RATE: ("errors", "calls"),
        Measure.BURN_RATE: ("errors", "calls"),
        Measure.DECLINED_RATE: ("declined", "calls"),
        Measure.LATENCY: ("latency_ms", "latency_calls"),
    }
)
"""What the value of a measure of calls is made of: the part, and the whole that it is divided by."""


class Book:
    """The rules of some integrations, by what they look at."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules: Mapping[str, Rule] = {rule.key: rule for rule in rules}
        self._of_action: dict[str, tuple[Rule, ...]] = {}

    def of(self, *measures: Measure) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules.values() if rule.measure in measures)

    @cached_property
    def columns(self) -> Columns:
        """The sums of the windows that must be read of every series."""
        found: dict[int, frozenset[str]] = {}
        for rule in self.of(*CALL_MEASURES):
            found[rule.minutes] = found.get(rule.minutes, frozenset()) | set(PARTS[rule.measure])
        return found

    @cached_property
    def together(self) -> tuple[Rule, ...]:
        """The rules that add several actions up and judge them as one."""
        return tuple(rule for rule in self.of(*CALL_MEASURES) if rule.together)

    def alone(self, action: str) -> tuple[Rule, ...]:
        """Return the rules that judge this action by itself."""
        known = self._of_action.get(action)
        if known is None:
            known = self._of_action[action] = tuple(
                rule
                for rule in self.of(*CALL_MEASURES)
                if not rule.together and (not rule.actions or action in rule.actions)
            )
        return known


@dataclass(frozen=True, slots=True)
class Gate:
    """One rule's question to a row: are there enough, and is part / whole / scale bad. `also`: so must another be."""

    rule: Rule
    part: int
    whole: int
    least_part: int
    least_whole: int
    scale: float
    limit: float
    is_over: bool
    also: Gate | None = None

    def lets_through(self, row: Row) -> bool:
        part, whole = row[self.part], row[self.whole]
        if part < self.least_part or whole < self.least_whole:
            return False
        value = part / whole / self.scale
        if not (value > self.limit if self.is_over else value >= self.limit):
            return False
        return self.also is None or self.also.lets_through(row)


def gate_of(rule: Rule, windows: Windows) -> Gate:
    """Return the gate of a rule of calls for the rows of these windows, of which its own is one.

    The floors of a burn rate hold for its long window; where that was read too, the gate asks it as well.
    """
    if rule.measure is not Measure.BURN_RATE:
        return _gate(rule, windows, rule.minutes, rule.min_errors, rule.min_calls)
    also = None
    if windows.has(rule.long_minutes, *PARTS[rule.measure]):
        also = _gate(rule, windows, rule.long_minutes, rule.min_errors, rule.min_calls)
    return replace(_gate(rule, windows, rule.minutes, 0, 0), also=also)


def _gate(rule: Rule, windows: Windows, minutes: int, least_part: int, least_whole: int) -> Gate:
    part, whole = PARTS[rule.measure]
    return Gate(
        rule=rule,
        part=windows.place_of(minutes, part),
        whole=windows.place_of(minutes, whole),
        least_part=0 if rule.measure is Measure.LATENCY else least_part,
        least_whole=max(1, least_whole),
        scale=1 - rule.objective if rule.measure is Measure.BURN_RATE else 1,
        limit=rule.threshold,
        is_over=rule.is_over,
    )


@dataclass(frozen=True, slots=True)
class Suspect:
    """A scope that a rule may find bad: the actions that are judged, alone or together."""

    environment_id: int
    rule: Rule
    scope: str
    actions: tuple[str, ...]


def suspects(windows: Windows, books: Mapping[int, Book]) -> Iterator[Suspect]:
    """Return what may be bad in these windows. `books` are the rules by environment; others are passed over."""
    gates: dict[tuple[int, str], tuple[Gate, ...]] = {}
    together: dict[tuple[int, str], list[str]] = {}
    for (environment_id, action), row in windows.rows.items():
        book = books.get(environment_id)
        if book is None:
            continue
        asking = gates.get((id(book), action))
        if asking is None:
            rules = book.alone(action)
            asking = tuple(gate_of(rule, windows) for rule in rules)
            gates[id(book), action] = asking
        for gate in asking:
            if gate.lets_through(row):
                yield Suspect(environment_id, gate.rule, action, (action,))
        for rule in book.together:
            if not rule.actions or action in rule.actions:
                together.setdefault((environment_id, rule.key), []).append(action)
    yield from _suspects_together(windows, books, together)


def _suspects_together(
    windows: Windows, books: Mapping[int, Book], together: Mapping[tuple[int, str], Sequence[str]]
) -> Iterator[Suspect]:
    for (environment_id, key), actions in together.items():
        rule = books[environment_id].rules[key]
        rows = [windows.rows[environment_id, action] for action in actions]
        row = rows[0] if len(rows) == 1 else [sum(column) for column in zip(*rows, strict=True)]
        if gate_of(rule, windows).lets_through(row):
            yield Suspect(environment_id, rule, key, tuple(sorted(actions)))
