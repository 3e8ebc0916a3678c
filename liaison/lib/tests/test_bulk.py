"""Many rows in one statement: nothing is lost or misread on the way, and the database refuses what it always does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, NotSupportedError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from liaison.audit.models import Event
from liaison.lib.bulk import (
    as_json,
    as_list,
    insert_object,
    insert_pair,
    insert_rows,
    insert_with,
    next_ids,
    update_rows,
)
from liaison.notifications.models import Announcement, Delivery, Message

MOMENT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
EVENT = ("at", "kind", "actor_kind", "actor_id", "subject_kind", "subject_id", "account_id", "changes", "facts")
ANNOUNCEMENT = ("id", "public_id", "topics", "subject_kind", "subject_id", "at")
MESSAGE = ("id", "public_id", "message_id", "channel", "address", "due_at", "created_at")

pytestmark = pytest.mark.django_db


def announcement(key: int, name: str, **changes: object) -> tuple[object, ...]:
    row = {"id": key, "public_id": name, "topics": ["a"], "subject_kind": "test", "subject_id": "1", "at": MOMENT}
    return tuple((row | changes).values())


@pytest.mark.parametrize(
    "text", ["", "\\N", "a\tb\nc\rd", "back\\slash \\. \\", "안녕 żółw 你好 🚨", "'quoted' \"twice\"", "{a,b}", "%s"]
)
def test_every_text_comes_back_as_it_went_in(text: str) -> None:
    insert_rows(
        Event,
        EVENT,
        [(MOMENT, "test.done", "system", text[:64], "test", "1", None, as_json({}), as_json({text: [text, None]}))],
    )
    event = Event.objects.get(kind="test.done")
    assert (event.at, event.actor_id, event.account_id, event.facts) == (MOMENT, text, None, {text: [text, None]})


@pytest.mark.parametrize("texts", [[], ["x,y", 'z"', ""], ["{a}", "\\", "NULL", "tab\t"]])
def test_lists_come_back_as_lists(texts: list[str]) -> None:
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "one", topics=texts)])
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(2, "two", topics=as_list(texts))])
    assert [one.topics for one in Announcement.objects.all()] == [texts, texts]


def test_columns_that_are_not_named_get_the_defaults_of_the_model() -> None:
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "one")])
    insert_rows(Message, MESSAGE, [(7, "seven", "<seven@p.test>", "email", "a@p.test", MOMENT, MOMENT)])
    kept = Announcement.objects.get()
    assert (kept.facts, kept.nobody_for, kept.account_id) == ({}, [], None)
    message, fresh = Message.objects.get(), Message()
    assert (message.state, message.priority, message.attempt, message.lane, message.failures) == ("pending", 5, 0, 0, 0)
    assert (message.subject_line, message.is_confidential) == (fresh.subject_line, fresh.is_confidential)


def test_a_column_whose_default_is_made_for_each_row_must_be_named() -> None:
    with pytest.raises(NotSupportedError, match="public_id"):
        insert_rows(Announcement, ("id", "topics", "subject_kind", "subject_id", "at"), [])


def test_rows_that_break_a_rule_are_refused_as_ever() -> None:
    """Style rule 5: uniqueness and CHECK constraints do their work, and the errors are Django's."""
    with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
        insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "same"), announcement(2, "same")])
    leased = (*MESSAGE, "lease_until")
    with pytest.raises(IntegrityError, match="only_a_message_in_hand_is_leased"), transaction.atomic():
        insert_rows(Message, leased, [(1, "one", "<one@p.test>", "email", "a@p.test", MOMENT, MOMENT, MOMENT)])
    assert not Announcement.objects.exists()
    assert not Message.objects.exists()


def delivery(name: str) -> dict[str, object]:
    return {
        "public_id": name, "recipient_key": "identity:1", "name": "안녕 żółw", "channel": "email",
        "address": "a@p.test", "destination": "a@p.test", "language": "ko", "time_zone": "Asia/Seoul", "step": 0,
        "reasons": as_json([{"topic": "a"}]), "state": "suppressed", "state_reason": "x", "finished_at": MOMENT,
        "due_at": MOMENT,
    }  # fmt: skip


def test_the_second_of_a_pair_points_to_the_first(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = {"public_id": "one", "topics": as_list(["a"]), "subject_kind": "test", "subject_id": "1", "at": MOMENT}
    with django_assert_num_queries(1):
        insert_pair((Announcement, first), (Delivery, delivery("two")), "announcement_id")
    kept = Delivery.objects.select_related("announcement").get()
    assert (kept.announcement.public_id, kept.announcement.topics, kept.announcement.facts) == ("one", ["a"], {})
    assert (kept.name, kept.reasons, kept.due_at, kept.message_id) == ("안녕 żółw", [{"topic": "a"}], MOMENT, None)


def test_a_pair_is_refused_whole_where_one_of_it_is_too_long() -> None:
    """Nothing is cut silently, as a cast would."""
    first = {"public_id": "one", "topics": as_list(["a"]), "subject_kind": "test", "subject_id": "1", "at": MOMENT}
    with pytest.raises(DataError, match="too long"), transaction.atomic():
        insert_pair((Announcement, first), (Delivery, delivery("x" * 15)), "announcement_id")
    assert not Announcement.objects.exists()


def test_fresh_keys_are_never_given_twice(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        keys = [*next_ids(Announcement, 50), *next_ids(Announcement, 50)]
    later = Announcement.objects.create(topics=[], subject_kind="test", subject_id="1", at=MOMENT).pk
    assert len({*keys, later}) == 101


def test_no_keys_and_no_changes_ask_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert next_ids(Announcement, 0) == []
        update_rows(Announcement, ("id", "subject_id"), [])


def test_changes_reach_exactly_the_rows_that_are_named(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(key, f"n{key}") for key in (1, 2, 3)])
    with django_assert_num_queries(1):
        update_rows(Announcement, ("id", "subject_id", "account_id"), [(1, "first\t'", 5), (3, "third", None)])
    rows = Announcement.objects.order_by("pk").values_list("subject_id", "account_id")
    assert list(rows) == [("first\t'", 5), ("1", None), ("third", None)]


@pytest.mark.django_db(transaction=True)
def test_the_connection_is_usable_after_a_refusal() -> None:
    with pytest.raises(IntegrityError):
        insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "same"), announcement(2, "same")])
    assert connection.is_usable()
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "same")])
    assert Announcement.objects.count() == 1


def test_an_object_goes_in_with_others_that_name_it_in_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    said = Announcement(public_id="one", topics=["a"], subject_kind="test", subject_id="1", at=MOMENT)
    owed = Delivery(announcement=said, public_id="two", channel="email", reasons=["%s"], state="suppressed")
    owed.state_reason, owed.finished_at, owed.due_at = "not_wanted", MOMENT, MOMENT
    event = Event(at=MOMENT, kind="test.done", actor_kind="system", actor_id="", subject_kind="test")
    with django_assert_num_queries(1):
        assert insert_with(said, [(owed, "announcement_id"), (event, "subject_id")])
    assert Announcement.objects.get() == said
    assert Delivery.objects.get() == owed
    assert (owed.announcement_id, owed.announcement, Delivery.objects.get().reasons) == (said.pk, said, ["%s"])
    assert (event.subject_id, Event.objects.get(kind="test.done").subject_id) == (str(said.pk), str(said.pk))


def test_what_is_kept_out_keeps_out_what_was_to_go_in_with_it() -> None:
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "one")])
    again = Announcement(public_id="one", topics=[], subject_kind="test", subject_id="1", at=MOMENT)
    event = Event(at=MOMENT, kind="test.done", actor_kind="system", actor_id="", subject_kind="test")
    assert not insert_with(again, [(event, "subject_id")], unless_there=True)
    assert not Event.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_with(again, [(event, "subject_id")])


def test_an_object_takes_its_turn_until_the_transaction_ends(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    said = Announcement(public_id="one", topics=["a"], subject_kind="test", subject_id="1", at=MOMENT)
    with django_assert_num_queries(1):
        assert insert_object(said, turn=(5, 2**31 - 1))
    assert Announcement.objects.get() == said
    with connection.cursor() as cursor:
        cursor.execute("SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert (5, 2**31 - 1) in cursor.fetchall()


def test_a_text_that_is_too_long_is_refused_and_never_cut() -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert_object(Announcement(public_id="x" * 15, topics=[], subject_kind="test", subject_id="1", at=MOMENT))


def test_nothing_is_cut_to_fit_where_rows_are_changed() -> None:
    insert_rows(Announcement, ANNOUNCEMENT, [announcement(1, "one")])
    with pytest.raises(DataError), transaction.atomic():
        update_rows(Announcement, ("id", "public_id"), [(1, "a" * 15)])
    update_rows(Announcement, ("id", "public_id"), [(1, "a" * 14)])
    assert Announcement.objects.get().public_id == "a" * 14
