"""Many events at once are the events that `record` would have written one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from liaison.audit.actions import ActorRef, Entry, SubjectRef, record, record_each
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened

NOW = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
ACTOR = ActorRef(ActorKind.INTAKE_KEY, "7")


def rows() -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name != "id"} for row in Event.objects.order_by("pk").values()
    ]


@pytest.mark.django_db
def test_the_events_are_those_of_one_call_each(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    entries = [
        Entry(Happened.INCIDENT_OPENED, SubjectRef("incident", "1"), 5, facts={"state": "firing"}),
        Entry(Happened.INCIDENT_RESOLVED, SubjectRef("incident", "1"), 5, changes={"state": ["firing", "resolved"]}),
        Entry(Happened.INCIDENT_REOPENED, SubjectRef("incident", "2")),
    ]
    with django_assert_num_queries(1):
        record_each(entries, actor=ACTOR, now=NOW)
    together = rows()
    for one in entries:
        record(
            one.happened,
            actor=ACTOR,
            subject=one.subject,
            account_id=one.account_id,
            changes=one.changes,
            facts=one.facts,
            now=NOW,
        )
    assert rows() == together * 2


@pytest.mark.django_db
def test_no_events_ask_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        record_each([], actor=ACTOR, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_history_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record_each([], actor=ACTOR, now=NOW)
