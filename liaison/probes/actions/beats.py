"""Heartbeats: noted as they come, changed and removed by people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import Happened
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment
from liaison.integrations.senders import Sender
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.probes.access import require_manage, require_send
from liaison.probes.models import Heartbeat
from liaison.probes.vocabulary import ProbeCode

MOST_BEATS: Final = 50
LONGEST_NAME: Final = 100
SHORTEST_INTERVAL, LONGEST_INTERVAL = 10, 31 * 24 * 60 * 60
_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)


def note_heartbeat(
    *, sender: Sender, environment: Environment, name: str, now: datetime, every_seconds: int | None = None
) -> Heartbeat:
    """Note that a program of the partner lives. The first beat makes it; `every_seconds` sets when the next is due.

    No history of the beats. Raises Invalid, and Conflict for one heartbeat too many.
    """
    require_send(sender, environment)
    problems = []
    if not _NAME.fullmatch(name):
        problems.append(FieldProblem("name", ProbeCode.BEAT_NAME_UNUSABLE, {"longest": LONGEST_NAME}))
    if every_seconds is not None:
        problems += _wrong_interval("every_seconds", every_seconds)
    if problems:
        raise Invalid(tuple(problems))
    actor = sender.audit_ref
    with transaction.atomic():
        beat = _locked(environment, name) or _made(actor, environment, name, now)
        if every_seconds is not None:
            _change(beat, actor, environment, {"expected_every": every_seconds}, now)
        beat.last_at = now if beat.last_at is None else max(beat.last_at, now)
        beat.save(update_fields=["last_at"])
        if sender.key is not None:
            stamp_intake_key(key=sender.key, now=now)
    return beat


def change_heartbeat(
    *, actor: Actor, heartbeat: Heartbeat, expected_every: int, is_watched: bool, now: datetime
) -> Heartbeat:
    """Set after how many seconds the next beat is expected, and whether anybody is told when it does not come."""
    with transaction.atomic():
        require_manage(actor, heartbeat.environment.integration.account)
        problems = _wrong_interval("expected_every", expected_every)
        if problems:
            raise Invalid(tuple(problems))
        locked = Heartbeat.objects.select_for_update(no_key=True).get(pk=heartbeat.pk)
        wanted = {"expected_every": expected_every, "is_watched": is_watched}
        _change(locked, actor.audit_ref, heartbeat.environment, wanted, now)
    return locked


def remove_heartbeat(*, actor: Actor, heartbeat: Heartbeat, now: datetime) -> None:
    """Forget a heartbeat. Whoever goes on sending it makes it anew."""
    with transaction.atomic():
        require_manage(actor, heartbeat.environment.integration.account)
        locked = Heartbeat.objects.select_for_update().get(pk=heartbeat.pk)
        _record(Happened.HEARTBEAT_REMOVED, locked, actor.audit_ref, heartbeat.environment, now=now)
        locked.delete()


def _wrong_interval(field: str, seconds: int) -> list[FieldProblem]:
    if SHORTEST_INTERVAL <= seconds <= LONGEST_INTERVAL:
        return []
    facts = {"least": SHORTEST_INTERVAL, "most": LONGEST_INTERVAL // (24 * 60 * 60)}
    return [FieldProblem(field, ProbeCode.BEAT_INTERVAL_UNUSABLE, facts)]


def _locked(environment: Environment, name: str) -> Heartbeat | None:
    return Heartbeat.objects.select_for_update(no_key=True).filter(environment=environment, name=name).first()


def _made(actor: ActorRef, environment: Environment, name: str, now: datetime) -> Heartbeat:
    # Only the first beat of a name takes this lock, so that two at once make one heartbeat.
    Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    present = _locked(environment, name)
    if present is not None:
        return present
    if Heartbeat.objects.filter(environment=environment).count() >= MOST_BEATS:
        raise Conflict(ProbeCode.TOO_MANY_BEATS, most=MOST_BEATS)
    made = Heartbeat.objects.create(environment=environment, name=name, created_at=now)
    _record(Happened.HEARTBEAT_ADDED, made, actor, environment, now=now)
    return made


def _change(
    beat: Heartbeat, actor: ActorRef, environment: Environment, wanted: Mapping[str, Any], now: datetime
) -> None:
    changes = {name: [getattr(beat, name), value] for name, value in wanted.items()}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return
    for name, (_, value) in changes.items():
        setattr(beat, name, value)
    beat.save(update_fields=list(changes))
    _record(Happened.HEARTBEAT_CHANGED, beat, actor, environment, now=now, changes=changes)


def _record(
    happened: Happened,
    beat: Heartbeat,
    actor: ActorRef,
    environment: Environment,
    *,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
) -> None:
    record(
        happened,
        actor=actor,
        subject=beat.audit_ref,
        account_id=environment.integration.account_id,
        changes=changes,
        facts={"heartbeat": beat.name, "integration": environment.integration_id, "environment": environment.name},
        now=now,
    )
