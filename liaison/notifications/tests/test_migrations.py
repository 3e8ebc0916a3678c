"""Migrations are tested with data, and with what the old code writes while they are there already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("notifications", "0001_initial")]
AFTER = [("notifications", "0002_handed_over_escalations_endpoints_audits")]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OLD_COLUMNS = (
    "public_id, account_id, channel, address, message_id, priority, state, attempt, lease_until, unanswered, due_at,"
    " created_at, finished_at, is_confidential, subject_line, sent_bytes, sent_sha256"
)


@pytest.fixture
def old_tables() -> Iterator[None]:
    """A database of its own, as that time had it. Going back from today's through every other room takes a minute."""
    usual = connection.settings_dict["NAME"]
    own = f"{usual}_of_old"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {own}")
        cursor.execute(f"CREATE DATABASE {own}")
    try:
        connect_to(own)
        migrate(BEFORE)
        yield
    finally:
        connect_to(usual)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {own} WITH (FORCE)")


def connect_to(database: str) -> None:
    connection.close()
    cast("Any", connection).close_pool()  # of PostgreSQL only, says its type
    connection.settings_dict["NAME"] = database


def migrate(targets: list[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    executor.loader.build_graph()
    executor.migrate(targets)


def insert_as_the_old_code_does(number: int, state: str, **values: Any) -> None:
    row = {
        "account": 7,
        "lease": None,
        "unanswered": 0,
        "finished": None,
        "sha256": "",
        **values,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notifications_message ({OLD_COLUMNS}) VALUES"  # noqa: S608  # our own constant
            " (%(name)s, %(account)s, 'email', 'a@p.test', %(name)s, 5, %(state)s, 1, %(lease)s, %(unanswered)s,"
            " now(), now(), %(finished)s, false, '', NULL, %(sha256)s)",
            {**row, "name": f"old{number}", "state": state},
        )


def insert_every_state(first: int) -> None:
    insert_as_the_old_code_does(first, "pending")
    insert_as_the_old_code_does(first + 1, "sending", lease="2026-11-22T12:00Z")
    insert_as_the_old_code_does(first + 2, "unknown", unanswered=1, sha256="0" * 64)
    insert_as_the_old_code_does(first + 3, "accepted", unanswered=1, sha256="0" * 64, finished="2026-11-22T12:00Z")
    insert_as_the_old_code_does(first + 4, "failed", account=None, finished="2026-11-22T12:00Z")


def lanes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public_id, lane FROM notifications_message")
        return dict(cursor.fetchall())


def test_what_waits_gets_the_lane_of_its_account(old_tables: None) -> None:
    insert_every_state(1)
    migrate(AFTER)
    assert lanes() == {"old1": 7, "old2": 7, "old3": 7, "old4": 0, "old5": 0}


def test_the_old_code_can_go_on_writing(old_tables: None) -> None:
    migrate(AFTER)
    insert_every_state(1)
    assert set(lanes().values()) == {0}
