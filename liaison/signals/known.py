"""What this process knows of the series in the database, so that a batch need not ask for each of them.

Only what was committed is remembered, and it only ever goes further: a first minute that is earlier, a last one that is
later. So what is remembered may lag behind, which costs a question, but never runs ahead. Should rows vanish under a
running process (a database put back from a copy), they come again with the first line an hour further.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from django.db import transaction

from liaison.signals.rollups import MinuteKey, SeriesKey, Span, spans_of

LAG_MINUTES: Final = 60
"""A row's last minute may lag behind what was received by less than this (`Series`)."""

_MOST: Final = 100_000  # some 30 MB; beyond it everything is asked for again

_NO_SPAN: Final[Span] = (1, -LAG_MINUTES)  # which no minute lies in

_known: dict[SeriesKey, Span] = {}


def unlike_known(minutes: Iterable[MinuteKey]) -> dict[SeriesKey, Span]:
    """Return the series that are news as far as this process knows, with the spans of the minutes that make them so."""
    known = _known.get
    news: list[MinuteKey] = []
    for key in minutes:  # hardly ever news: no span is made of the others
        first, last = known(key[:2], _NO_SPAN)
        if not first <= key[2] < last + LAG_MINUTES:
            news.append(key)
    return spans_of(news)


def goes_further(span: Span, known: Span) -> bool:
    """Tell whether a row with the span `known` must be written for calls in `span`."""
    return span[0] < known[0] or span[1] >= known[1] + LAG_MINUTES


def remember(spans: Mapping[SeriesKey, Span]) -> None:
    """Remember what the rows reach to at least, from the end of the caller's transaction on."""
    transaction.on_commit(partial(_remember, spans))


def forget() -> None:
    """Know nothing any more; for tests."""
    _known.clear()


def _remember(spans: Mapping[SeriesKey, Span]) -> None:
    if len(_known) + len(spans) > _MOST:
        _known.clear()
    for series, span in spans.items():
        known = _known.get(series, span)
        _known[series] = min(known[0], span[0]), max(known[1], span[1])
