"""A statement that is handed straight to the connection answers as one of Django's cursors does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from liaison.lib import driver
from liaison.lib.driver import preparing_cursor, rows_of

NOW = datetime(2026, 11, 5, 13, 5, 6, 789, tzinfo=UTC)
VALUES: Final[tuple[object, ...]] = (
    7,
    70_000,
    7_000_000_000,
    None,
    "100 %s of %% <b> 결제",
    [1, 2],
    ["a", 'b"}'],
    [],
    NOW,
    True,
)

pytestmark = pytest.mark.django_db(transaction=True)


def by_a_cursor(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with preparing_cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_it_answers_as_a_cursor_does_for_values_of_every_kind(value: object) -> None:
    statement = "SELECT to_jsonb(%s), '50%%', number FROM generate_series(1, 2) AS number"
    if value is None or isinstance(value, str | list):
        statement = statement.replace("%s", "%s::text[]" if isinstance(value, list) else "%s::text")
    assert rows_of(statement, [value]) == by_a_cursor(statement, [value])


def test_it_gives_times_arrays_and_nothing_as_a_cursor_gives_them() -> None:
    statement = "SELECT %s::timestamptz, %s::text[], NULL, %s::boolean, '{\"a\": 1}'::jsonb, 'x'::bytea, 1.50"
    values = (NOW, ["ü", None], False)
    assert rows_of(statement, values) == by_a_cursor(statement, values)


def test_values_go_by_name_too_each_as_often_as_it_is_named() -> None:
    statement, values = "SELECT %(a)s::text, %(b)s::int, %(a)s::text, '%%'", {"b": 2, "a": "%(b)s", "c": 3}
    assert rows_of(statement, values) == by_a_cursor(statement, values) == [("%(b)s", 2, "%(b)s", "%")]


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_no_text_is_read_as_part_of_the_statement(text: str) -> None:
    assert rows_of("SELECT %s::text, %s::text", (text, text)) == [(text, text)]


def test_it_sees_what_its_transaction_wrote_and_is_counted_where_somebody_counts(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE written ON COMMIT DROP AS SELECT 5 AS one")
        with django_assert_num_queries(1):
            assert rows_of("SELECT one FROM written") == [(5,)]


def test_errors_are_those_of_django_and_nothing_stays_broken() -> None:
    for statement, error in (("SELECT 1 / %s", DataError), ("SELECT none_such, %s", ProgrammingError)):
        with pytest.raises(error):
            rows_of(statement, (0,))
        assert rows_of("SELECT 1") == [(1,)]


def test_what_the_server_forgot_and_what_changed_since_is_prepared_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing (one int)")
        assert rows_of("SELECT * FROM changing WHERE one > %s", (1,)) == []
        cursor.execute("DEALLOCATE ALL")
        assert rows_of("SELECT * FROM changing WHERE one > %s", (1,)) == []
        cursor.execute("ALTER TABLE changing ADD two int; INSERT INTO changing VALUES (2, 3)")
    assert rows_of("SELECT * FROM changing WHERE one > %s", (1,)) == [(2, 3)]


def test_a_connection_keeps_only_so_many_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_MOST_PREPARED", 3)
    connection.close_pool()  # type: ignore[attr-defined]  # the stubs know only the common base
    for _time in range(2):
        for number in range(5):
            assert rows_of(f"SELECT %s::int AS value{number}", (number,)) == [(number,)]
    assert by_a_cursor("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'read%%'", ()) == [(3,)]


def test_a_lost_connection_is_a_lost_database_and_the_next_request_has_another() -> None:
    with pytest.raises(OperationalError):
        rows_of("SELECT pg_terminate_backend(pg_backend_pid())::text")
    connection.close()
    assert rows_of("SELECT 1") == [(1,)]
