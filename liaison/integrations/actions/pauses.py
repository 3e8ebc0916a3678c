"""Pausing for maintenance, now or planned, changing, cancelling and resuming (S5).

The pauses are the plan and the history; the integration's own status and planned end are the present truth. Both
change together, under the lock of the integration.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.integrations.access import may, require
from liaison.integrations.actions.changing import change_status
from liaison.integrations.actions.stages import locked_integration
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.names import clean_reason
from liaison.integrations.pausing import Span, Wish, is_too_long, meets, problem_of_end, problem_of_start
from liaison.integrations.telling import tell
from liaison.integrations.transitions import StatusVerb, status_after
from liaison.integrations.vocabulary import IntegrationCode, PauseEvent
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

MOST_PLANNED: Final = 50


def longest_pause() -> timedelta:
    """Return how long a pause lasts at most, counted from its start, unless the operator grants more."""
    return timedelta(hours=settings.PAUSE_MAX_HOURS)


def pause_integration(
    *,
    actor: Actor,
    integration: Integration,
    now: datetime,
    until: datetime | None = None,
    reason: str = "",
    ends_by_itself: bool = False,
) -> Integration:
    """Pause for maintenance from now on, optionally with a planned end (aware, in the future).

    Past the end it stays paused until somebody resumes it, unless it was asked to end by itself. One that is paused
    already gets the new end instead. Raises Invalid for an end that cannot be, Conflict where the status or another
    pause does not allow it.
    """
    with transaction.atomic():
        require(actor, integration.account, own=Privilege.PAUSE_INTEGRATIONS)
        locked = locked_integration(integration)
        status_after(locked.status, StatusVerb.PAUSE)
        if locked.status == Status.PAUSED:
            pause = running_pause(locked)
            wish = Wish(until, reason or pause.reason, ends_by_itself or (until is not None and pause.ends_by_itself))
            return _change(actor, pause, pause.starts_at, wish, now).integration
        wish = _usable(actor, locked, Span(now, until), Wish(until, reason, ends_by_itself), now)
        pause = _new(locked, PauseState.RUNNING, now, wish, actor=actor, now=now)
        change_status(locked, StatusVerb.PAUSE, Happened.INTEGRATION_PAUSED, actor=actor, now=now, until=until)
        tell(pause, PauseEvent.STARTED, actor, now=now)
    return locked


def schedule_pause(
    *,
    actor: Actor,
    integration: Integration,
    starts_at: datetime,
    now: datetime,
    until: datetime | None = None,
    reason: str = "",
    ends_by_itself: bool = False,
) -> Pause:
    """Plan a pause that begins by itself at `starts_at`, in the future. Refuses one that meets another."""
    with transaction.atomic():
        require(actor, integration.account, own=Privilege.PAUSE_INTEGRATIONS)
        locked = locked_integration(integration)
        status_after(locked.status, StatusVerb.PAUSE)
        _raise(problem_of_start(starts_at, now))
        if locked.pauses.filter(state=PauseState.SCHEDULED).count() >= MOST_PLANNED:
            raise Conflict(IntegrationCode.TOO_MANY_PAUSES, most=MOST_PLANNED)
        if locked.status == Status.PAUSED:
            running_pause(locked)
        wish = _usable(actor, locked, Span(starts_at, until), Wish(until, reason, ends_by_itself), now)
        pause = _new(locked, PauseState.SCHEDULED, starts_at, wish, actor=actor, now=now)
        changes: dict[str, list[str | None]] = {"starts_at": [None, _text(starts_at)]}
        _record(Happened.PAUSE_SCHEDULED, pause, changes, actor=actor, now=now)
        tell(pause, PauseEvent.SCHEDULED, actor, now=now)
    return pause


def change_pause(
    *,
    actor: Actor,
    pause: Pause,
    now: datetime,
    until: datetime | None,
    reason: str,
    ends_by_itself: bool,
    starts_at: datetime | None = None,
) -> Pause:
    """Give a planned or running pause another end, reason or, while it is planned, another start.

    Staff who manage integrations may, too, and past the operator's cap. Nothing is told where nothing changes.
    """
    with transaction.atomic():
        integration = pause.integration
        require(
            actor,
            integration.account,
            own=Privilege.PAUSE_INTEGRATIONS,
            staff=Privilege.STAFF_MANAGE_INTEGRATIONS,
        )
        current = locked_pause(pause)
        if current.state not in {PauseState.SCHEDULED, PauseState.RUNNING}:
            raise Conflict(IntegrationCode.PAUSE_IS_OVER)
        start = starts_at if starts_at is not None and current.state == PauseState.SCHEDULED else current.starts_at
        return _change(actor, current, start, Wish(until, reason, ends_by_itself), now)


def cancel_pause(*, actor: Actor, pause: Pause, now: datetime) -> Pause:
    """Take back a planned pause. One that runs is ended by resuming the integration."""
    with transaction.atomic():
        account = pause.integration.account
        require(actor, account, own=Privilege.PAUSE_INTEGRATIONS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        current = locked_pause(pause)
        if current.state != PauseState.SCHEDULED:
            raise Conflict(IntegrationCode.PAUSE_NOT_PLANNED)
        return cancel_locked(current, actor, now=now)


def resume_integration(*, actor: Actor, integration: Integration, now: datetime) -> Integration:
    """Set a paused integration live again. A disabled one is not the partner's to resume (S5)."""
    with transaction.atomic():
        require(actor, integration.account, own=Privilege.PAUSE_INTEGRATIONS)
        locked = locked_integration(integration)
        status_after(locked.status, StatusVerb.RESUME)
        return resume_locked(locked, actor, now=now)


def resume_locked(locked: Integration, actor: Actor, *, now: datetime) -> Integration:
    """End the pause of a locked, paused integration, and tell."""
    pause = running_pause(locked)
    change_status(locked, StatusVerb.RESUME, Happened.INTEGRATION_RESUMED, actor=actor, now=now)
    tell(pause, PauseEvent.ENDED, actor, now=now)
    return locked


def cancel_locked(pause: Pause, actor: Actor, *, now: datetime, because: str = "") -> Pause:
    """Cancel a planned pause whose integration is locked. `because` says why nobody asked for it."""
    pause.state, pause.over_at, pause.over_by = PauseState.CANCELLED, now, _identity(actor)
    pause.save(update_fields=["state", "over_at", "over_by"])
    facts = {"because": because} if because else {}
    changes: dict[str, list[str | None]] = {"state": [PauseState.SCHEDULED.value, PauseState.CANCELLED.value]}
    _record(Happened.PAUSE_CANCELLED, pause, changes, facts, actor=actor, now=now)
    tell(pause, PauseEvent.CANCELLED, actor, now=now, **facts)
    return pause


def locked_pause(pause: Pause) -> Pause:
    """Return the pause as it is now, with its integration, both locked: the integration always first."""
    integration = locked_integration(pause.integration)
    current = Pause.objects.select_for_update().get(pk=pause.pk)
    current.integration = integration
    return current


def running_pause(locked: Integration) -> Pause:
    """Return the pause that runs. One from before pauses were kept is made from what the integration knows."""
    pause = locked.pauses.select_for_update().filter(state=PauseState.RUNNING).first()
    if pause is None:
        began = locked.status_changed_at or locked.created_at
        end = locked.paused_until if locked.paused_until is None or locked.paused_until > began else None
        pause = _new(locked, PauseState.RUNNING, began, Wish(end), actor=None, now=began)
    pause.integration = locked
    return pause


def _change(actor: Actor, pause: Pause, starts_at: datetime, wish: Wish, now: datetime) -> Pause:
    locked = pause.integration
    if pause.state == PauseState.SCHEDULED and starts_at != pause.starts_at:
        _raise(problem_of_start(starts_at, now))
    span = Span(starts_at, wish.ends_at)
    usable = _usable(actor, locked, span, wish, now, but=pause)
    before = (pause.starts_at, pause.ends_at, pause.reason, pause.ends_by_itself)
    if before == (starts_at, usable.ends_at, usable.reason, usable.ends_by_itself):
        return pause
    changes = _changes(pause, span)
    pause.starts_at, pause.ends_at = starts_at, usable.ends_at
    pause.reason, pause.ends_by_itself = usable.reason, usable.ends_by_itself
    pause.save(update_fields=["starts_at", "ends_at", "reason", "ends_by_itself"])
    if pause.state == PauseState.RUNNING:
        locked.paused_until = pause.ends_at
        locked.save(update_fields=["paused_until"])
    _record(Happened.PAUSE_CHANGED, pause, changes, actor=actor, now=now)
    tell(pause, PauseEvent.CHANGED, actor, now=now)
    return pause


def _changes(pause: Pause, span: Span) -> dict[str, list[str | None]]:
    changes = {}
    if pause.starts_at != span.starts_at:
        changes["starts_at"] = [_text(pause.starts_at), _text(span.starts_at)]
    if pause.ends_at != span.ends_at:
        changes["paused_until"] = [_text(pause.ends_at), _text(span.ends_at)]
    return changes


def _usable(
    actor: Actor, locked: Integration, span: Span, wish: Wish, now: datetime, *, but: Pause | None = None
) -> Wish:
    """Return the wish with its reason cleaned, or raise why it cannot be."""
    is_new_end = but is None or but.ends_at != span.ends_at or but.starts_at != span.starts_at
    _raise(problem_of_end(span, now) if is_new_end else None)
    granted = but.ends_at if but is not None and but.starts_at == span.starts_at else None
    if is_too_long(span, longest_pause(), granted) and not _may_grant(actor, locked):
        hours = {"hours": settings.PAUSE_MAX_HOURS}
        raise Invalid((FieldProblem("until", IntegrationCode.PAUSE_TOO_LONG, hours),))
    if wish.ends_by_itself and span.ends_at is None:
        raise Invalid((FieldProblem("until", IntegrationCode.PAUSE_NEEDS_AN_END),))
    others = locked.pauses.filter(state__in=[PauseState.SCHEDULED, PauseState.RUNNING])
    if but is not None:
        others = others.exclude(pk=but.pk)
    if any(meets(span, other.span, longest_pause()) for other in others):
        raise Conflict(IntegrationCode.PAUSE_OVERLAPS)
    return replace(wish, reason=clean_reason(wish.reason))


def _may_grant(actor: Actor, integration: Integration) -> bool:
    return may(actor, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)


def _new(
    integration: Integration, state: PauseState, starts_at: datetime, wish: Wish, *, actor: Actor | None, now: datetime
) -> Pause:
    return Pause.objects.create(
        integration=integration,
        state=state,
        starts_at=starts_at,
        ends_at=wish.ends_at,
        ends_by_itself=wish.ends_by_itself,
        reason=wish.reason,
        created_at=now,
        created_by=_identity(actor),
    )


def _identity(actor: Actor | None) -> Identity | None:
    return actor if isinstance(actor, Identity) else None


def _record(
    happened: Happened,
    pause: Pause,
    changes: dict[str, list[str | None]],
    facts: dict[str, str] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    integration = pause.integration
    record(
        happened,
        actor=actor.audit_ref,
        subject=integration.audit_ref,
        account_id=integration.account_id,
        changes=changes,
        facts={"pause": pause.public_id} | (facts or {}),
        now=now,
    )


def _raise(problem: FieldProblem | None) -> None:
    if problem is not None:
        raise Invalid((problem,))


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
