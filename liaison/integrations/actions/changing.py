"""The one place where the status of a launched integration changes: written, recorded, and followed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.integrations import edges
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.transitions import StatusVerb, status_after


def change_status(
    locked: Integration,
    verb: StatusVerb,
    happened: Happened,
    *,
    actor: Actor,
    now: datetime,
    until: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Integration:
    """Take a locked integration to the status after the verb. Raises Conflict where the verb is not possible.

    Whatever becomes live is judged from `now` on: what was wrong before is no news. Who registered as a follower
    is told when the status is another one than before, in this transaction.
    """
    before, end_before = locked.status, locked.paused_until
    after = status_after(before, verb)
    locked.status, locked.paused_until, locked.status_changed_at = after, until, now
    if after == Status.LIVE:
        locked.judged_from = now
    locked.save()
    if before == Status.PAUSED and after != Status.PAUSED:
        _end_running_pause(locked, actor, now)
    changes: dict[str, list[str | None]] = {"status": [before, after.value]}
    if end_before != until:
        changes["paused_until"] = [_text(end_before), _text(until)]
    record(
        happened,
        actor=actor.audit_ref,
        subject=locked.audit_ref,
        account_id=locked.account_id,
        changes=changes,
        facts=facts or {},
        now=now,
    )
    if before != after:
        edges.follow(locked, Status(before), after, now)
    return locked


def _end_running_pause(integration: Integration, actor: Actor, now: datetime) -> None:
    who = actor if isinstance(actor, Identity) else None
    running = Pause.objects.filter(integration=integration, state=PauseState.RUNNING)
    running.update(state=PauseState.OVER, over_at=now, over_by=who)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
