"""Adding up the lines of a batch, pure: which rows they make, and which of them do not count, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from liaison.signals.lines import LONGEST_DETAIL, LONGEST_REFERENCE, Line
from liaison.signals.models import Outcome
from liaison.signals.rollups import Rollups, SampleRow
from liaison.signals.vocabulary import RefusedLine

Name = tuple[str, str, str]
"""What a line calls its series: integration, environment, action."""

Target = int | RefusedLine
"""The environment's primary key, or why there is none."""

_SECONDS: Final = 60
_SAMPLED: Final = frozenset({Outcome.ERROR.value, Outcome.UNANSWERED.value})


@dataclass
class Gathered:
    """The rows, and the places of the lines that do not count."""

    rollups: Rollups = field(default_factory=Rollups)
    refused: list[tuple[int, RefusedLine]] = field(default_factory=list)


def names_of(lines: Sequence[Line]) -> set[Name]:
    """Return what the lines call their series."""
    return {(line.integration, line.environment, line.action) for line in lines}


def gather(lines: Sequence[Line], targets: Mapping[Name, Target], *, earliest: float, latest: float) -> Gathered:
    """Add the lines up. Calls before `earliest` and after `latest` (seconds since 1970) do not count."""
    gathered = Gathered()
    rollups, refused = gathered.rollups, gathered.refused
    for place, line in enumerate(lines):
        target = targets[line.integration, line.environment, line.action]
        at = line.at.timestamp() if isinstance(line.at, datetime) else line.at
        if isinstance(target, RefusedLine):
            refused.append((place, target))
        elif at < earliest:
            refused.append((place, RefusedLine.TOO_OLD))
        elif at > latest:
            refused.append((place, RefusedLine.IN_THE_FUTURE))
        else:
            key = (target, line.action, int(at) // _SECONDS)
            rollups.add(
                key,
                line.outcome,
                line.count,
                merchant=line.merchant,
                code=line.code,
                latency_ms=line.latency_ms,
                latency_max_ms=line.latency_max_ms,
            )
            if line.outcome in _SAMPLED and (line.reference or line.detail):
                rollups.sample(key, _sample(target, at, line))
    return gathered


def _sample(environment_id: int, at: float, line: Line) -> SampleRow:
    reference, detail = line.reference[:LONGEST_REFERENCE], line.detail[:LONGEST_DETAIL]
    return SampleRow(environment_id, at, line.action, line.merchant, line.outcome, line.code, reference, detail)
