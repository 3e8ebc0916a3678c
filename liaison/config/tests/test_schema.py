"""An empty database starts from one file, and becomes what every migration, one after the other, makes of it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from liaison.config import schema


@pytest.mark.slow
def test_the_file_makes_what_all_migrations_make_and_holds_each_of_them() -> None:
    """Also one that has only some of them goes on with the others, as every older database does."""
    asked = subprocess.run(
        [sys.executable, "-m", "liaison.config.schema", "check"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr


@pytest.mark.django_db
def test_an_empty_database_needs_no_migration_after_the_file() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert schema.is_for(connection)
    schema.make(connection)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert not schema.is_for(connection)


@pytest.mark.django_db
@pytest.mark.parametrize("made", ["TABLE only_one (number int)", "VIEW only_one AS SELECT 1", "SEQUENCE only_one"])
def test_whoever_has_something_there_keeps_it_and_goes_by_the_migrations(made: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE {made}")
    assert not schema.is_for(connection)


@pytest.mark.django_db
def test_where_tables_go_elsewhere_the_file_is_not_asked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA another; SET LOCAL search_path = another")
    assert not schema.is_for(connection)
