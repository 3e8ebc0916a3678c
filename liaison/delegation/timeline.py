"""The picture of who could see a customer's cases when: bars on a line of time, in shares of its length. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.delegation.relations import PastSpan, accounts_of

LENGTH: Final = 1000
_THINNEST: Final = 4
_SHORTEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A span as it is drawn: `start` and `width` of `LENGTH`; `level` is empty for a relation."""

    start: int
    width: int
    level: str
    span: PastSpan


@dataclass(frozen=True, slots=True)
class Lane:
    """The bars of one account, relations and grants apart."""

    name: str
    relations: tuple[Bar, ...]
    grants: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    since: datetime
    until: datetime
    lanes: tuple[Lane, ...]


def timeline_of(spans: Sequence[PastSpan], now: datetime) -> Timeline | None:
    """Return the picture from the first relation until now; None without any span."""
    if not spans:
        return None
    until = max([now, *(one.until or one.since for one in spans)])
    since = min(*(one.since for one in spans), until - _SHORTEST)
    lanes = []
    for account in accounts_of(spans):
        bars = [_bar(one, since, until) for one in reversed(spans) if one.account.pk == account.pk]
        lanes.append(
            Lane(
                account.name,
                tuple(bar for bar in bars if not bar.level),
                tuple(bar for bar in bars if bar.level),
            )
        )
    return Timeline(since, until, tuple(lanes))


def _bar(span: PastSpan, since: datetime, until: datetime) -> Bar:
    start = round((span.since - since) / (until - since) * LENGTH)
    end = round(((span.until or until) - since) / (until - since) * LENGTH)
    width = max(_THINNEST, end - start)
    return Bar(min(start, LENGTH - width), width, span.level, span)
