"""The partitions of the big tables: one for each day (UTC), made ahead of time, and dropped when their time is over.

Making one never blocks the tables' readers and writers for long: the new table is attached, which lets both go on, and
waiting for a lock ends after two seconds. What comes for a day without a partition lies in the default one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

logger = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_AHEAD: Final = 3
_LOCK_SECONDS: Final = 2
_NAME: Final = re.compile(r"_(\d{8})\Z")


@dataclass(frozen=True)
class Partitioned:
    """A table that has a partition for each day of `moment`, and for how many days its rows are kept."""

    table: str
    moment: str
    setting: str

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))

    def name_of(self, day: date) -> str:
        return f"{self.table}_{day:%Y%m%d}"


TABLES: Final = (
    Partitioned("signals_minute", "minute", "SIGNALS_MINUTES_DAYS"),
    Partitioned("signals_errorminute", "minute", "SIGNALS_ERRORS_DAYS"),
    Partitioned("signals_sample", "at", "SIGNALS_SAMPLES_DAYS"),
)


def make_ahead(now: datetime) -> int:
    """Make the partitions from yesterday to three days from now that are not there, and return how many were made.

    A day whose rows lie in the default partition already keeps them there.
    """
    made = 0
    for table in TABLES:
        there = days_of(table)
        for ahead in range(-1, _AHEAD + 1):
            day = _day_of(now) + ahead * _DAY
            if day not in there:
                made += _make(table, day)
    return made


def drop_old(now: datetime) -> int:
    """Drop the partitions of which no row is young enough, clean the default ones, and return how many were dropped."""
    dropped = 0
    for table in TABLES:
        kept_from = now - table.days * _DAY
        for day in days_of(table):
            if _begin(day) + _DAY <= kept_from:
                dropped += _drop(table, day)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table.table}_default WHERE {table.moment} < %s", [kept_from])  # noqa: S608
    return dropped


def days_of(table: Partitioned) -> frozenset[date]:
    """Return the days that have a partition of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid"
            " WHERE inhparent = %s::regclass",
            [table.table],
        )
        names = [_NAME.search(name) for (name,) in cursor.fetchall()]
    return frozenset(datetime.strptime(name[1], "%Y%m%d").replace(tzinfo=UTC).date() for name in names if name)


def _make(table: Partitioned, day: date) -> int:
    begin, end = _begin(day), _begin(day + _DAY)
    name = table.name_of(day)
    with _brief() as cursor:
        of_the_day = f"{table.moment} >= %s AND {table.moment} < %s"
        cursor.execute(f"SELECT 1 FROM {table.table}_default WHERE {of_the_day} LIMIT 1", [begin, end])  # noqa: S608
        if cursor.fetchone():
            return 0
        # A table by itself first: the parent is locked only while it is attached.
        cursor.execute(f"CREATE TABLE {name} (LIKE {table.table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(f"ALTER TABLE {table.table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)", [begin, end])
        return 1
    return 0


def _drop(table: Partitioned, day: date) -> int:
    name = table.name_of(day)
    with _brief() as cursor:
        cursor.execute(f"ALTER TABLE {table.table} DETACH PARTITION {name}")
        cursor.execute(f"DROP TABLE {name}")
        return 1
    return 0


@contextmanager
def _brief() -> Iterator[Any]:
    """Run a block in a transaction that does not wait long; what it could not do is tried again an hour later."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {int(_LOCK_SECONDS * 1000)}")
            yield cursor
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")  # where the caller's transaction goes on
    except (IntegrityError, OperationalError) as problem:
        logger.warning("A partition of signals has to wait: %s", problem)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
