"""A prepared query answers exactly as the queryset that it was made of, whatever the values."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count, F, QuerySet
from pytest_django import DjangoAssertNumQueries

from liaison.lib.prepared import Prepared, PreparedValues
from liaison.notifications.models import Announcement, Delivery, Message

NOW = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
KEY = {"language": "en", "time_zone": "UTC", "due_at": NOW, "channel": "email"}

pytestmark = pytest.mark.django_db


def of(account: int | str, name: str) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(announcement__account_id=account, name=name, channel="email")
    return rows.select_related("announcement", "message").order_by("pk")


@pytest.fixture
def deliveries() -> list[Delivery]:
    """Three of account 1, of which one has a message, and one of account 2; a name may hold anything."""
    names = ((1, "Anna"), (1, "Anna"), (1, 'O\'Neil %s \\ "x"'), (2, "Anna"))
    return [delivery(account, name, has_message=not number) for number, (account, name) in enumerate(names)]


def delivery(account: int, name: str, *, has_message: bool) -> Delivery:
    about = Announcement.objects.create(
        topics=["a", "b"], subject_kind="test", subject_id="1", account_id=account, at=NOW, facts={"x": [1, None]}
    )
    message = None
    if has_message:
        message = Message.objects.create(
            channel="email", address="a@p.test", message_id="<a@p.test>", due_at=NOW, created_at=NOW
        )
    state = {"state": "pending"} if message else {"state": "suppressed", "state_reason": "paused", "finished_at": NOW}
    return Delivery.objects.create(announcement=about, message=message, name=name, reasons=[{"a": 1}], **KEY, **state)


def everything(one: Delivery) -> tuple[object, ...]:
    about, message = one.announcement, one.message
    return (
        one.pk, one.name, one.reasons, one.due_at, about.pk, about.topics, about.facts, about.at,
        message and (message.pk, message.sent_bytes, message.created_at),
    )  # fmt: skip


@pytest.mark.parametrize(("account", "name"), [(1, "Anna"), (1, 'O\'Neil %s \\ "x"'), (2, "Anna"), (3, "Anna")])
def test_it_finds_what_the_queryset_finds(
    deliveries: list[Delivery], account: int, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    prepared = Prepared(of, int, str)
    prepared.rows(99, "nobody")
    with django_assert_num_queries(1):
        found = [everything(one) for one in prepared.rows(account, name)]
    assert found == [everything(one) for one in of(account, name)]


def test_an_object_can_be_saved_and_read_again(deliveries: list[Delivery]) -> None:
    found = Prepared(of, int, str).get(1, "Anna")
    assert found == deliveries[0]
    found.name = "Boris"
    found.save()
    assert Delivery.objects.get(pk=found.pk).name == "Boris"


def test_columns_that_were_left_out_are_read_when_asked_for(
    deliveries: list[Delivery], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    prepared = Prepared(lambda name: Delivery.objects.filter(name=name).only("name", "channel").order_by("pk"), str)
    found = prepared.rows("Anna")[0]
    with django_assert_num_queries(0):
        assert (found.pk, found.name, found.channel) == (deliveries[0].pk, "Anna", "email")
    with django_assert_num_queries(1):
        assert found.language == "en"


def test_nothing_found_is_said_in_the_models_words(deliveries: list[Delivery]) -> None:
    with pytest.raises(Delivery.DoesNotExist):
        Prepared(of, int, str).get(3, "Anna")


def test_a_value_may_stand_in_the_query_twice_or_there_may_be_none(deliveries: list[Delivery]) -> None:
    twice = Prepared(lambda key: Delivery.objects.filter(pk=key) | Delivery.objects.filter(announcement=key), int)
    assert twice.get(deliveries[2].pk) == deliveries[2]
    assert len(Prepared(Delivery.objects.all).rows()) == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda key: Delivery.objects.filter(pk=key).values("pk"),
        lambda key: Delivery.objects.filter(pk=key).prefetch_related("announcement"),
        lambda key: Delivery.objects.filter(pk=key + 1),
        lambda key: Delivery.objects.filter(pk=key).none(),
    ],
)
def test_it_refuses_a_query_that_it_cannot_repeat(make: object) -> None:
    with pytest.raises(ValueError, match=r"prepared|as it is"):
        Prepared(make, int).rows(1)  # type: ignore[arg-type]  # five kinds of mistakes


def test_what_is_annotated_comes_along(deliveries: list[Delivery]) -> None:
    def made(name: str) -> QuerySet[Delivery]:
        rows = Delivery.objects.filter(name=name).select_related("announcement")
        return rows.annotate(number=Count("message"), kind=F("announcement__subject_kind")).order_by("pk")

    found = [(one.pk, one.number, one.kind, one.announcement.topics) for one in Prepared(made, str).rows("Anna")]  # type: ignore[attr-defined]  # annotated
    assert found == [(one.pk, one.number, one.kind, one.announcement.topics) for one in made("Anna")]  # type: ignore[attr-defined]  # annotated
    assert [number for _key, number, _kind, _topics in found] == [1, 0, 0]


def test_values_are_asked_by_a_moment_and_converted_as_the_queryset_does(deliveries: list[Delivery]) -> None:
    def made(until: datetime, name: str) -> QuerySet[Delivery, tuple[object, ...]]:
        rows = Delivery.objects.filter(due_at__lt=until, name=name).order_by("pk")
        return rows.values_list("pk", "due_at", "reasons", "announcement__facts", Count("message"))

    prepared = PreparedValues(made, datetime, str)
    for until in (NOW, NOW + timedelta(microseconds=1)):
        assert prepared.rows(until, "Anna") == list(made(until, "Anna"))
    assert len(prepared.rows(NOW + timedelta(microseconds=1), "Anna")) == 3
    assert isinstance(prepared.rows(NOW + timedelta(1), "Anna")[0][3], dict)


def test_values_refuse_what_is_no_list_of_tuples() -> None:
    for made in (Delivery.objects.all, lambda: Delivery.objects.values_list("pk", flat=True)):
        with pytest.raises(ValueError, match="prepared"):
            PreparedValues(made).rows()


@pytest.mark.django_db(transaction=True)
def test_it_serves_several_threads(deliveries: list[Delivery]) -> None:
    prepared = Prepared(of, int, str)
    found: list[int] = []

    def ask() -> None:
        try:
            found.extend(len(prepared.rows(1, "Anna")) for _ in range(5))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 20
