"""Writing history: every verb calls `record` inside its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.lib.bulk import as_json, insert_object, insert_rows

_COLUMNS: Final = (
    "at", "kind", "actor_kind", "actor_id", "subject_kind", "subject_id", "account_id", "changes", "facts",
)  # fmt: skip


@dataclass(frozen=True)
class ActorRef:
    """Who did it, as kind and id."""

    kind: ActorKind
    id: str


@dataclass(frozen=True)
class SubjectRef:
    """What it was done to, as kind and id."""

    kind: str
    id: str


@dataclass(frozen=True)
class Entry:
    """One of many events that one actor brings about at once. `changes` and `facts` are those of `record`."""

    happened: Happened
    subject: SubjectRef
    account_id: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def record(
    happened: Happened,
    *,
    actor: ActorRef,
    subject: SubjectRef,
    now: datetime,
    account_id: int | None = None,
    changes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event. `changes` maps a field to `[before, after]`; both are JSON values, ids rather than names."""
    event = event_of(Entry(happened, subject, account_id, changes or {}, facts or {}), actor=actor, now=now)
    insert_object(event)
    return event


def event_of(entry: Entry, *, actor: ActorRef, now: datetime) -> Event:
    """Return one event that is not written yet, for a verb that writes it in one statement with what it tells of."""
    _refuse_outside_a_transaction()
    return Event(
        at=now,
        kind=entry.happened.value,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        subject_kind=entry.subject.kind,
        subject_id=entry.subject.id,
        account_id=entry.account_id,
        changes=dict(entry.changes),
        facts=dict(entry.facts),
    )


def record_each(entries: Iterable[Entry], *, actor: ActorRef, now: datetime) -> None:
    """Append many events in their order, in one statement."""
    _refuse_outside_a_transaction()
    rows = [
        (
            now, entry.happened.value, actor.kind.value, actor.id, entry.subject.kind, entry.subject.id,
            entry.account_id, as_json(dict(entry.changes)), as_json(dict(entry.facts)),
        )
        for entry in entries
    ]  # fmt: skip
    if rows:
        insert_rows(Event, _COLUMNS, rows)


def _refuse_outside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("history is written in the transaction of the change that it tells of")
