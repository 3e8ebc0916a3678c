"""How long one evaluation of all rules takes, next to one bare grouped scan of the same hour.

A process of its own, `python evaluation.py SIZE`, in an empty database that is up to date (DATABASE_URL). It makes SIZE
integrations with three actions each and 75 minutes of calls, with a few failures everywhere; from minute 61 on one in
fifty has half of its bookings fail. Then it judges minute after minute: all is well, those in trouble are suspected,
found all at once, and go on. Prints, as JSON, a list of {measure, value, floor, data}, in seconds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from delivery_parts.report import Report

    from liaison.config.postgres import PrivatePostgres

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ACTIONS = ("CheckAvailability", "CreateBooking", "UpdateBooking")
MINUTES, TROUBLE_FROM, ONE_IN = 75, 61, 50
MINUTE = timedelta(minutes=1)

_CALLS = """
INSERT INTO signals_minute (environment_id, action, minute, calls, errors, unanswered, declined, latency_calls,
    latency_ms, latency_max_ms)
SELECT environment.id, action, %(start)s + minute * interval '1 minute', 20,
    CASE WHEN is_bad THEN 10 ELSE (random() < 0.1)::integer END, 0, 0, 20, 20 * 300, 900
FROM generate_series(0, %(minutes)s - 1) AS minute
CROSS JOIN integrations_environment AS environment
CROSS JOIN unnest(%(actions)s::text[]) AS action
CROSS JOIN LATERAL (SELECT minute >= %(trouble)s AND action = 'CreateBooking'
    AND environment.integration_id %% %(one_in)s = 0 AS is_bad) AS looked
WHERE environment.name = 'production'
ORDER BY minute
"""
_ERRORS = """
INSERT INTO signals_errorminute (environment_id, minute, action, merchant, outcome, code, count)
SELECT environment_id, minute, action, 'm-' || number, 'error', '500', CASE WHEN errors > 1 THEN 2 ELSE 1 END
FROM signals_minute CROSS JOIN LATERAL generate_series(1, least(errors, 5)) AS number
WHERE errors > 0
"""
_SERIES = """
INSERT INTO signals_series (environment_id, action, first_minute, last_minute, changed_at)
SELECT environment_id, action, min(minute) - interval '30 days', max(minute), max(minute) + interval '1 minute'
FROM signals_minute GROUP BY environment_id, action
"""
_FLOOR = """
SELECT environment_id, action, sum(calls), sum(errors), sum(unanswered), sum(declined), sum(latency_calls),
    sum(latency_ms)
FROM signals_minute WHERE minute >= %s AND minute < %s GROUP BY environment_id, action
"""


def measure_evaluation(report: Report, place: Path, cluster: PrivatePostgres, *, sizes: Sequence[int]) -> None:
    """Measure for each number of integrations, in a database and a process of its own; numbers are seconds a pass."""
    from delivery_parts.report import Measured  # noqa: PLC0415  # not there for the program below
    from delivery_parts.sinks import free_port  # noqa: PLC0415  # as above
    from delivery_parts.stack import Ports, environment_of  # noqa: PLC0415  # as above

    for size in sizes:
        url = _database(cluster, f"evaluation{size}")
        environment = environment_of(place, url, Ports(web=free_port(), mail=free_port(), webhooks=free_port()))
        subprocess.run([sys.executable, "-m", "liaison", "prepare"], env=environment, cwd=ROOT, check=True, stdout=2)
        program = [sys.executable, __file__, str(size)]
        done = subprocess.run(program, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        for found in json.loads(done.stdout.splitlines()[-1]):
            row = report.row(found["measure"], "s")
            row.value = Measured(found["value"], found["data"])
            row.floor = Measured(found["floor"], "one grouped scan of the same hour by psycopg, between the passes")


def _database(cluster: PrivatePostgres, name: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        known = connection.info.dbname
    return cluster.url.replace(f"/{known}?", f"/{name}?")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
    import django  # noqa: PLC0415  # after the path above

    django.setup()
    print(json.dumps(_measured(int(sys.argv[1]))))


def _measured(size: int) -> list[dict[str, Any]]:
    from django.db import connection  # noqa: PLC0415  # after the set-up

    _seed(size)
    seconds, floors = _passes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM detection_finding WHERE state = 'firing'")
        firing = cursor.fetchone()[0]
    floor = statistics.median(floors)
    about = f"{3 * size:,} series, {firing} firing"
    named = f"evaluation of {size:,} integrations"
    return [
        _row(f"{named}: all is well", seconds["well"], floor, about),
        _row(f"{named}: those in trouble go on", seconds["going on"], floor, about),
        _row(f"{named}: all in trouble are found at once", [max(seconds["found"])], floor, about),
    ]


def _row(measure: str, values: list[float], floor: float, data: str) -> dict[str, Any]:
    spread = f"{len(values)} passes, {min(values):.2f} to {max(values):.2f}"
    return {"measure": measure, "value": statistics.median(values), "floor": floor, "data": f"{data}; {spread}"}


def _passes() -> tuple[dict[str, list[float]], list[float]]:
    """Judge minute after minute; return the seconds of each pass, by what happened in it, and those of the floor.

    The floor is measured between the passes, so that a busy machine slows both alike.
    """
    from liaison.detection.passing import run_pass  # noqa: PLC0415  # after the set-up

    seconds: dict[str, list[float]] = {"well": [], "found": [], "going on": []}
    floors = []
    for number in range(55, MINUTES + 1):
        end = START + number * MINUTE
        floors.append(_floor(end))
        begun = perf_counter()
        made = run_pass(end, now=end + timedelta(seconds=10))
        took = perf_counter() - begun
        kind = "well" if number < TROUBLE_FROM else "found" if made.changes else "going on"
        seconds[kind].append(took)
        print(f"minute {number}: {took:.2f} s, {made.changes} changes, {made.failures} failures", file=sys.stderr)
    return seconds, floors


def _floor(end: datetime) -> float:
    """Return how long one grouped scan of an hour takes, read to the last row by the driver alone."""
    from liaison.config import locks  # noqa: PLC0415  # after the set-up

    connection: psycopg.Connection[Any] = locks.connect()
    with connection:
        begun = perf_counter()
        connection.execute(_FLOOR, [end - 60 * MINUTE, end]).fetchall()
        took = perf_counter() - begun
    connection.close()
    return took


def _seed(size: int) -> None:
    from django.db import connection, transaction  # noqa: PLC0415  # after the set-up

    from liaison.accounts.models import Account  # noqa: PLC0415  # as above
    from liaison.integrations.models import Environment, EnvironmentName, Integration  # noqa: PLC0415  # as above

    made = START - timedelta(days=30)
    live = {"kind": "reservations_end_to_end", "stage": "launched", "status": "live", "launched_at": made}
    with transaction.atomic():
        accounts = Account.objects.bulk_create(
            Account(slug=f"bench-{number}", name=f"Bench {number}", kind="partner", language="en",
                    time_zone="Europe/London", created_at=made)
            for number in range(size)
        )  # fmt: skip
        integrations = Integration.objects.bulk_create(
            Integration(account=account, created_at=made, judged_from=made, **live) for account in accounts
        )
        Environment.objects.bulk_create(
            Environment(integration=one, name=name) for one in integrations for name in EnvironmentName
        )
        with connection.cursor() as cursor:
            cursor.execute(_CALLS, {"start": START, "minutes": MINUTES, "actions": list(ACTIONS),
                                    "trouble": TROUBLE_FROM, "one_in": ONE_IN})  # fmt: skip
            cursor.execute(_ERRORS)
            cursor.execute(_SERIES)
    _name_people([one.account for one in integrations if one.pk % ONE_IN == 0], made)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _name_people(accounts: list[Any], now: datetime) -> None:
    """Put somebody on the record of those who will be in trouble: an alert that reaches nobody is another story."""
    from liaison.accounts import actions  # noqa: PLC0415  # after the set-up
    from liaison.accounts.actors import System  # noqa: PLC0415  # as above
    from liaison.accounts.models import Domain, OrgUnit  # noqa: PLC0415  # as above
    from liaison.accounts.rights import PredefinedRole  # noqa: PLC0415  # as above
    from liaison.catalog.vocabulary import ContactField  # noqa: PLC0415  # as above
    from liaison.contacts.models import ContactEntry, ContactRecord  # noqa: PLC0415  # as above

    for account in accounts:
        OrgUnit.objects.create(account=account)
        Domain.objects.create(
            account=account, name=f"{account.slug}.portal.test", is_system=True, is_primary=True, verified_at=now
        )
        person = actions.create_identity(
            actor=System("bench"), account=account, role=PredefinedRole.EDITOR, name="Anna Bench", username="anna",
            mailbox=f"anna@{account.slug}.test", language="en", time_zone="Europe/London", now=now,
        )  # fmt: skip
        record = ContactRecord.objects.create(account=account)
        ContactEntry.objects.create(record=record, field=ContactField.ALERT, position=0, identity=person)
        ContactEntry.objects.create(
            record=record, field=ContactField.NON_EMERGENCY, position=0, address=f"technical@{account.slug}.test"
        )


if __name__ == "__main__":
    main()
