"""Taking in a batch of signals: all its lines that count, once, in one transaction.

No history is written: a batch keeps its own row, and an installation takes in many a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.senders import Sender, require_sending
from liaison.lib.bulk import as_json
from liaison.lib.driver import preparing_cursor
from liaison.lib.refusals import Conflict
from liaison.signals.gathering import Gathered, Terms, gather, names_of
from liaison.signals.lines import MOST_PROBLEMS, Told
from liaison.signals.models import Batch
from liaison.signals.rollups import SeriesKey, Span
from liaison.signals.storing import add_rollups
from liaison.signals.targets import MOST_ACTIONS, beyond_budget, news_of, targets_of
from liaison.signals.vocabulary import BatchCode, RefusedLine

LATEST_AHEAD: Final = timedelta(minutes=5)

_KEEP_BATCH: Final = """
INSERT INTO signals_batch (sender, batch_id, digest, received_at, accepted, refused, problems)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb) ON CONFLICT (sender, batch_id) DO NOTHING RETURNING id
"""


@dataclass(frozen=True)
class RefusedAt:
    """A line that does not count: its number (from 1), why, and the facts that the sentence needs."""

    line: int
    code: RefusedLine
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What became of a batch: how many lines count and how many do not, of these the first 20."""

    accepted: int
    refused: int
    is_repeat: bool
    problems: tuple[RefusedAt, ...]


def record_signals(*, sender: Sender, batch_id: str, told: Told, now: datetime) -> Taken:
    """Add the lines to what is known. A batch that was taken before counts nothing and gets the same answer.

    Raises Forbidden for an identity without the privilege, and Conflict for a known batch with other content.
    """
    require_sending(sender)
    with transaction.atomic():
        gathered, news = _gather(sender, told, now)
        problems = _problems(gathered, told)
        taken = Taken(len(told.lines) - len(gathered.refused), len(gathered.refused), False, problems)
        if not _is_new(sender, batch_id, told, taken, now):
            return _as_before(sender, batch_id, told)
        if gathered.rollups.minutes:
            add_rollups(gathered.rollups, now=now, news=news)
        if sender.key is not None:
            stamp_intake_key(key=sender.key, now=now)
    return taken


def _gather(sender: Sender, told: Told, now: datetime) -> tuple[Gathered, Mapping[SeriesKey, Span]]:
    """Return what counts, and the series whose rows must be written."""
    earliest, latest = now - timedelta(days=settings.SIGNALS_LATEST_DAYS), now + LATEST_AHEAD
    terms = Terms(targets_of(sender, names_of(told.lines)), earliest.timestamp(), latest.timestamp())
    gathered = gather(told.lines, terms)
    news, new = news_of(gathered.rollups)
    beyond = beyond_budget(new) if new else frozenset()
    if beyond:
        gathered = gather(told.lines, replace(terms, beyond=beyond))
        news = {series: span for series, span in news.items() if series not in beyond}
    return gathered, news


def _problems(gathered: Gathered, told: Told) -> tuple[RefusedAt, ...]:
    facts: dict[RefusedLine, dict[str, Any]] = {
        RefusedLine.TOO_OLD: {"most": settings.SIGNALS_LATEST_DAYS},
        RefusedLine.IN_THE_FUTURE: {"most": LATEST_AHEAD // timedelta(minutes=1)},
        RefusedLine.TOO_MANY_ACTIONS: {"most": MOST_ACTIONS},
    }
    listed = gathered.refused[:MOST_PROBLEMS]
    return tuple(RefusedAt(told.numbers[place], code, facts.get(code, {})) for place, code in listed)


def _is_new(sender: Sender, batch_id: str, told: Told, taken: Taken, now: datetime) -> bool:
    """Keep the batch's row. The same batch at the same time waits here for the first one's end."""
    problems = as_json([[each.line, each.code.value, each.facts] for each in taken.problems])
    row: Sequence[Any] = (sender.name, batch_id, told.digest, now, taken.accepted, taken.refused, problems)
    with preparing_cursor() as cursor:
        cursor.execute(_KEEP_BATCH, row)
        return cursor.fetchone() is not None


def _as_before(sender: Sender, batch_id: str, told: Told) -> Taken:
    before = Batch.objects.get(sender=sender.name, batch_id=batch_id)
    if before.digest != told.digest:
        raise Conflict(BatchCode.OTHER_CONTENT)
    problems = tuple(RefusedAt(line, RefusedLine(code), facts) for line, code, facts in before.problems)
    return Taken(before.accepted, before.refused, True, problems)
