"""The databases of a test run: migrated once for all its processes, and quick where tests commit."""

from __future__ import annotations

import fcntl
import tempfile
from pathlib import Path
from typing import Any, Final, cast

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from liaison.accounts.models import Account

_FILLED_BY_MIGRATING: Final = ("auth_permission", "django_content_type", "django_migrations", "helpcentre_passage")
_TABLES: Final = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s) ORDER BY relname
"""

_migrated: dict[str, str] = {}


def share_template(config: pytest.Config) -> None:
    """Let this process of a parallel run copy its database from one that the first of them has migrated.

    A database that is there already is kept and migrated by itself, as without this.
    """
    run = getattr(config, "workerinput", {}).get("testrunuid")
    wanted: dict[str, Any] = connection.settings_dict["TEST"]
    own = wanted["NAME"]
    is_kept = config.getvalue("reuse_db") and not config.getvalue("create_db") and _exists(own)
    if run is None or is_kept:
        return
    template = f"{own.rsplit('_gw', 1)[0]}_template"
    with (Path(tempfile.gettempdir()) / f"liaison-{run}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _made_by(template) != run:
            _make(template, run)
    wanted["TEMPLATE"] = template


def commit_without_waiting() -> None:
    """Let commits in this database not wait for the disk: what a crash of the machine may lose here, nobody misses."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    _disconnect()  # it holds for new connections


def forget_the_killed() -> None:
    """Empty a kept database where a test that was killed has left what it had committed."""
    if Account.objects.exists():
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def empty_quickly() -> None:
    """Let tests that commit leave an empty database more quickly than Django does.

    It truncates every table and puts back what migrating had put there, which takes a second, most of it for tables
    without a row.
    """
    if _is_superuser():  # others cannot switch triggers off
        TransactionTestCase._fixture_setup = classmethod(_remember)  # type: ignore[attr-defined]
        TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _remember(_case: type[TransactionTestCase]) -> None:
    """Look at what migrating had put there, before the first test commits something."""
    if not _migrated:
        _migrated.update(_digests())


def _empty(_case: TransactionTestCase) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(_FILLED_BY_MIGRATING)])
        tables = [name for (name,) in cursor.fetchall()]
        # Waits for whoever still writes, as TRUNCATE would.
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        looks = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)  # noqa: S608  # quoted
        cursor.execute(" UNION ALL ".join(looks))
        filled = [name for (name,) in cursor.fetchall()]
        # A trigger keeps the history from being deleted; foreign keys are right again when all is gone.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # quoted above
    if _digests() != _migrated:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def _digests() -> dict[str, str]:
    """Return a digest of all rows of each table that migrating fills."""
    found = {}
    with connection.cursor() as cursor:
        for table in _FILLED_BY_MIGRATING:
            rows = "coalesce(string_agg(t::text, '|' ORDER BY t::text), '')"
            cursor.execute(f"SELECT md5({rows}) FROM {table} t")  # noqa: S608  # named above
            (found[table],) = cursor.fetchone()
    return found


def _is_superuser() -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def _disconnect() -> None:
    connection.close()
    cast("Any", connection).close_pool()  # of PostgreSQL only, says its type


def _exists(database: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return cursor.fetchone() is not None


def _made_by(database: str) -> str | None:
    """Return which test run has made a template, if one has finished it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database])
        row = cursor.fetchone()
        return row and str(row[0])


def _make(template: str, run: str) -> None:
    """Migrate the database `template` from nothing and sign it, without a connection left in it."""
    wanted: dict[str, Any] = connection.settings_dict["TEST"]
    own, before = wanted["NAME"], connection.settings_dict["NAME"]
    wanted["NAME"] = template
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        wanted["NAME"] = own
        _disconnect()
        connection.settings_dict["NAME"] = before
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {connection.ops.quote_name(template)} IS '{run}'")
