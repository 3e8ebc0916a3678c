"""Which environments a batch means, which of its series are news, and which are more than an environment may have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from django.db import connection

from liaison.integrations.models import Environment
from liaison.integrations.senders import Sender
from liaison.lib.bulk import as_list
from liaison.lib.driver import preparing_cursor
from liaison.signals.environments import environments_named
from liaison.signals.gathering import Name, Target
from liaison.signals.known import goes_further, remember, unlike_known
from liaison.signals.rollups import Rollups, SeriesKey, Span
from liaison.signals.vocabulary import RefusedLine

MOST_ACTIONS: Final = 200

_SPANS: Final = """
SELECT kept.environment_id, kept.action,
    (extract(epoch FROM kept.first_minute) / 60)::integer, (extract(epoch FROM kept.last_minute) / 60)::integer
FROM unnest(%s::bigint[], %s::text[]) AS told (environment_id, action)
JOIN signals_series AS kept ON kept.environment_id = told.environment_id AND kept.action = told.action COLLATE "C"
"""
_KNOWN: Final = "SELECT environment_id, action FROM signals_series WHERE environment_id = ANY (%s)"
# One batch at a time may bring new actions to an environment; it is rare, and the number has an end.
_LOCK: Final = "SELECT id FROM integrations_environment WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"


def targets_of(sender: Sender, names: Collection[Name]) -> dict[Name, Target]:
    """Return what each name leads to: for a key without a query, for staff with one or two."""
    return _of_key(sender.environment, names) if sender.environment else _of_staff(names)


def news_of(rollups: Rollups) -> tuple[dict[SeriesKey, Span], set[SeriesKey]]:
    """Return the series whose rows must be written, and those of them that have none yet.

    One query, about those that are news to this process: another one may have written them meanwhile, and then this
    one remembers it, instead of writing them once more. A row's last minute may lag behind (`Series`).
    """
    news = unlike_known(rollups.minutes)
    if not news:
        return {}, set()
    found = _spans_of(news)
    remember(found)
    further = {
        series: span for series, span in news.items() if series not in found or goes_further(span, found[series])
    }
    return further, further.keys() - found.keys()


def beyond_budget(new: Iterable[SeriesKey]) -> frozenset[SeriesKey]:
    """Return the new series for which their environments have no room, the last ones by name.

    Other batches with new series of the same environments wait for the end of the caller's transaction.
    """
    wanted = set(new)
    environment_ids = sorted({environment_id for environment_id, _action in wanted})
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [environment_ids])
        cursor.execute(_KNOWN, [environment_ids])
        known = set(cursor.fetchall())
    used = Counter(environment_id for environment_id, _action in known)
    refused: set[SeriesKey] = set()
    for environment_id, action in sorted(wanted - known):
        used[environment_id] += 1
        if used[environment_id] > MOST_ACTIONS:
            refused.add((environment_id, action))
    return frozenset(refused)


def _spans_of(series: Iterable[SeriesKey]) -> dict[SeriesKey, Span]:
    """Return the spans of the rows that there are."""
    environment_ids, actions = zip(*series, strict=True)
    with preparing_cursor() as cursor:
        cursor.execute(_SPANS, ["{" + ",".join(map(str, environment_ids)) + "}", as_list(actions)])
        return {(environment_id, action): (first, last) for environment_id, action, first, last in cursor.fetchall()}


def _of_key(environment: Environment, names: Iterable[Name]) -> dict[Name, Target]:
    integrations, environments = {"", environment.integration.public_id}, {"", environment.name}
    return {
        name: environment.pk if name[0] in integrations and name[1] in environments else RefusedLine.OTHER_ENVIRONMENT
        for name in names
    }


def _of_staff(names: Collection[Name]) -> dict[Name, Target]:
    known = environments_named(names)
    return {name: known.get(name, RefusedLine.UNKNOWN_INTEGRATION) for name in names}
