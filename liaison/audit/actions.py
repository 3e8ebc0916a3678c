"""Writing history: every verb calls `record` inside its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened


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
    if not connection.in_atomic_block:
        raise RuntimeError("history is written in the transaction of the change that it tells of")
    return Event.objects.create(
        at=now,
        kind=happened,
        actor_kind=actor.kind,
        actor_id=actor.id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        account_id=account_id,
        changes=dict(changes or {}),
        facts=dict(facts or {}),
    )
