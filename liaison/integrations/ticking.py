"""What pauses do by themselves: they begin when they are due, remind people, and end. For the ticker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from liaison.accounts.actors import System
from liaison.audit.vocabulary import Happened
from liaison.integrations.actions.changing import change_status
from liaison.integrations.actions.pauses import (
    cancel_locked,
    locked_pause,
    longest_pause,
    resume_locked,
    running_pause,
)
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.pausing import REMIND_BEFORE, passed_deadline, reminder_before_end_at
from liaison.integrations.telling import tell
from liaison.integrations.transitions import StatusVerb
from liaison.integrations.vocabulary import CancelledBecause, PauseEvent

TICKER: Final = System("pauses")
_AT_ONCE: Final = 500

logger = logging.getLogger(__name__)


def keep_pauses(now: datetime) -> int:
    """Do what is due at `now`; return how many pauses began, ended, were cancelled or were spoken of.

    Each is a transaction of its own; one that breaks is logged, stays due, and stops no other. What runs on past
    its end ends first, so that the next one can begin.
    """
    running = Pause.objects.filter(state=PauseState.RUNNING)
    over = running.filter(ends_by_itself=True, ends_at__lte=now)
    done = _each(over, lambda pause: _end(pause, now))
    due = Pause.objects.filter(state=PauseState.SCHEDULED, starts_at__lte=now).order_by("starts_at")
    done += _each(due, lambda pause: _begin(pause, now))
    soon = running.filter(ends_at__gt=now, ends_at__lte=now + REMIND_BEFORE)
    done += _each([one for one in soon if _ends_soon(one, now)], lambda pause: _remind_before(pause, now))
    late = running.filter(Q(ends_at=None, starts_at__lte=now - longest_pause()) | Q(ends_at__lte=now))
    return done + _each([one for one in late if _news_of_deadline(one, now)], lambda pause: _remind_after(pause, now))


def adopt_pauses(now: datetime) -> int:
    """Write down the pause of each paused integration that has none, from before pauses were kept."""
    unknown = Integration.objects.filter(status=Status.PAUSED).exclude(pauses__state=PauseState.RUNNING)
    keys = list(unknown.values_list("pk", flat=True)[:_AT_ONCE])
    for key in keys:
        with transaction.atomic():
            locked = Integration.objects.select_for_update().get(pk=key)
            if locked.status == Status.PAUSED:
                running_pause(locked)
    return len(keys)


def _each(pauses: Iterable[Pause], work: Callable[[Pause], bool]) -> int:
    done = 0
    for pause in list(pauses):
        try:
            with transaction.atomic():
                done += work(locked_pause(pause))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("A pause (%s) could not go on; it stays due.", pause.pk)
    return done


def _begin(pause: Pause, now: datetime) -> bool:
    integration = pause.integration
    if pause.state != PauseState.SCHEDULED or pause.starts_at > now:
        return False
    if integration.status == Status.DISABLED:
        cancel_locked(pause, TICKER, now=now, because=CancelledBecause.DISABLED.value)
        return True
    if pause.ends_at is not None and pause.ends_at <= now:
        cancel_locked(pause, TICKER, now=now, because=CancelledBecause.MISSED.value)
        return True
    if integration.status == Status.PAUSED:
        # The one before it was never ended: the maintenance goes on, under the plan of this one.
        before = running_pause(integration)
        before.state, before.over_at = PauseState.OVER.value, now
        before.save(update_fields=["state", "over_at"])
    pause.state = PauseState.RUNNING.value
    pause.save(update_fields=["state"])
    until = pause.ends_at
    change_status(integration, StatusVerb.PAUSE, Happened.INTEGRATION_PAUSED, actor=TICKER, now=now, until=until)
    tell(pause, PauseEvent.STARTED, TICKER, now=now)
    return True


def _end(pause: Pause, now: datetime) -> bool:
    is_due = pause.ends_by_itself and pause.ends_at is not None and pause.ends_at <= now
    if pause.state != PauseState.RUNNING or not is_due:
        return False
    resume_locked(pause.integration, TICKER, now=now)
    return True


def _remind_before(pause: Pause, now: datetime) -> bool:
    if pause.state != PauseState.RUNNING or not _ends_soon(pause, now):
        return False
    pause.reminded_before_end_at = pause.ends_at
    pause.save(update_fields=["reminded_before_end_at"])
    tell(pause, PauseEvent.ENDS_SOON, TICKER, now=now)
    return True


def _ends_soon(pause: Pause, now: datetime) -> bool:
    at = reminder_before_end_at(pause.span)
    if at is None or pause.ends_at is None or pause.reminded_before_end_at == pause.ends_at:
        return False
    return at <= now < pause.ends_at


def _remind_after(pause: Pause, now: datetime) -> bool:
    """Remind once after the planned end, and once past the operator's cap (S5)."""
    deadline = _news_of_deadline(pause, now)
    if pause.state != PauseState.RUNNING or deadline is None:
        return False
    pause.reminded_after_end_at = deadline
    pause.save(update_fields=["reminded_after_end_at"])
    event = PauseEvent.PAST_ITS_END if deadline == pause.ends_at else PauseEvent.PAST_THE_CAP
    tell(pause, event, TICKER, now=now)
    return True


def _news_of_deadline(pause: Pause, now: datetime) -> datetime | None:
    """Return the deadline that passed and of which nobody was reminded yet."""
    deadline = passed_deadline(pause.span, longest_pause(), now)
    if deadline is None or pause.ends_by_itself:
        return None
    told_of = pause.reminded_after_end_at
    return None if told_of is not None and told_of >= deadline else deadline
