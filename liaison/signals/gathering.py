"""Adding up the lines of a batch, pure: which rows they make, and which of them do not count, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from liaison.signals.lines import Line
from liaison.signals.rollups import Counted, Rollups, SeriesKey
from liaison.signals.vocabulary import RefusedLine

Name = tuple[str, str]
"""What a line calls its environment: the integration's public id, and the environment's name."""

Target = int | RefusedLine
"""The environment's primary key, or why there is none."""


@dataclass
class Gathered:
    """The rows, and the places of the lines that do not count."""

    rollups: Rollups = field(default_factory=Rollups)
    refused: list[tuple[int, RefusedLine]] = field(default_factory=list)


@dataclass(frozen=True)
class Terms:
    """What counts: calls from `earliest` to `latest` (seconds since 1970), of no series that is `beyond` the budget."""

    targets: Mapping[Name, Target]
    earliest: float
    latest: float
    beyond: frozenset[SeriesKey] = frozenset()


def names_of(lines: Sequence[Line]) -> set[Name]:
    """Return what the lines call their environments."""
    return {(line.integration, line.environment) for line in lines}


def gather(lines: Sequence[Line], terms: Terms) -> Gathered:
    """Add the lines up."""
    gathered = Gathered()
    gathered.rollups.add(_counted(lines, terms, gathered.refused))
    return gathered


def _counted(lines: Sequence[Line], terms: Terms, refused: list[tuple[int, RefusedLine]]) -> Iterator[Counted]:
    """Give the lines that count; the places of the others go to `refused`."""
    targets, earliest, latest, beyond = terms.targets, terms.earliest, terms.latest, terms.beyond
    for place, line in enumerate(lines):
        target, said = targets[line.integration, line.environment], line.at
        at = said.timestamp() if isinstance(said, datetime) else said
        if isinstance(target, RefusedLine):
            refused.append((place, target))
        elif not earliest <= at <= latest:
            refused.append((place, RefusedLine.TOO_OLD if at < earliest else RefusedLine.IN_THE_FUTURE))
        elif beyond and (target, line.action) in beyond:
            refused.append((place, RefusedLine.TOO_MANY_ACTIONS))
        else:
            yield target, at, line
