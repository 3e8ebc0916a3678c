"""Erasing what was kept long enough, and what belonged to an environment that is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from liaison.signals.models import Batch
from liaison.signals.partitions import TABLES, drop_old

BATCHES_KEPT: Final = timedelta(days=8)  # longer than a line may be late: a batch sent again never counts twice
_AT_ONCE: Final = 10_000

# From one environment to the next by the table's key, without reading the rows between.
_ORPHANS: Final = """
WITH RECURSIVE found (id) AS (
    (SELECT environment_id FROM {table} ORDER BY environment_id LIMIT 1)
    UNION ALL
    SELECT (SELECT environment_id FROM {table} WHERE environment_id > found.id ORDER BY environment_id LIMIT 1)
    FROM found WHERE found.id IS NOT NULL
)
SELECT id FROM found
WHERE id IS NOT NULL AND NOT EXISTS (SELECT FROM integrations_environment AS kept WHERE kept.id = found.id)
"""


def erase_old(now: datetime) -> None:
    """Drop old partitions, and delete old batches and the rows of environments that are gone."""
    drop_old(now)
    _erase_batches(now - BATCHES_KEPT)
    for table in TABLES:
        _erase_orphans(table.table)


def _erase_batches(before: datetime) -> None:
    while True:
        old = Batch.objects.filter(received_at__lt=before).values("pk")[:_AT_ONCE]
        if Batch.objects.filter(pk__in=old).delete()[0] < _AT_ONCE:
            return


def _erase_orphans(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ORPHANS.format(table=table))
        orphans = [environment_id for (environment_id,) in cursor.fetchall()]
        if orphans:
            cursor.execute(f"DELETE FROM {table} WHERE environment_id = ANY (%s)", [orphans])  # noqa: S608
