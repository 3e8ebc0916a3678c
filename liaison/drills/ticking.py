"""What drills do by themselves: they begin when they are due, are announced before, and end. For the ticker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from liaison.accounts.actions.checks import lock_account
from liaison.accounts.actors import System
from liaison.accounts.models import Account
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.drills.actions.running import Wanted, begin_drill, emergency_runs, finish_drill, locked_drill
from liaison.drills.actions.scheduling import MOST_DAYS_BEFORE, plan_next
from liaison.drills.models import Drill, DrillAnswer, DrillSchedule, TestMessage
from liaison.drills.people import drill_hours
from liaison.drills.results import people_told
from liaison.drills.rhythm import Hours, next_drill
from liaison.drills.topics import subject_of_schedule
from liaison.drills.vocabulary import MovedBecause, Outcome
from liaison.notifications.actions import announce
from liaison.notifications.models import Escalation, EscalationState

TICKER: Final = System("drills")
ANSWER_WITHIN: Final = timedelta(hours=4)
"""The time for an answer in a drill of people who are all told at once."""
CATCHES_UP_FOR: Final = timedelta(hours=24)
"""A drill that could not start in its moment starts within a day; later it is missed."""
TRIES_AGAIN_AFTER: Final = timedelta(hours=1)
_MOST_MISSED: Final = 24

logger = logging.getLogger(__name__)


def run_drills(now: datetime) -> int:
    """Do what is due at `now`; return how many drills ended, began, moved, were missed or announced.

    Each is a transaction of its own, and one that somebody else has in hand is left to them.
    """
    running = Drill.objects.filter(ended_at=None).order_by("pk")
    moved = _each(running.values_list("pk", flat=True), lambda key: _end_if_over(key, now))
    schedules = DrillSchedule.objects.filter(paused_at=None).order_by("next_at", "pk")
    to_announce = schedules.filter(announced_at=None, announced_days__isnull=False, next_at__gt=now)
    to_announce = to_announce.filter(next_at__lte=now + timedelta(days=MOST_DAYS_BEFORE))
    moved += _each([one.pk for one in to_announce if _is_to_announce(one, now)], lambda key: _announce(key, now))
    due = schedules.filter(Q(next_at__lte=now) | Q(next_at=None))
    return moved + _each(due.values_list("pk", flat=True), lambda key: _take(key, now))


def erase_old_names(now: datetime) -> None:
    """Erase what people typed and whom tests went to, as old as the deliveries whose people are erased."""
    before = now - timedelta(days=settings.DELIVERY_PEOPLE_DAYS)
    DrillAnswer.objects.filter(at__lt=before).exclude(name="").update(name="")
    TestMessage.objects.filter(sent_at__lt=before).exclude(person_key="").update(person_key="", name="")


def _each(keys: Iterable[int], work: Callable[[int], bool]) -> int:
    """Do the work for each; one that breaks is logged, stays due, and stops no other."""
    done = 0
    for key in list(keys):
        try:
            with transaction.atomic():
                done += work(key)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("A drill (%s) could not go on; it stays due.", key)
    return done


def _end_if_over(key: int, now: datetime) -> bool:
    if not Drill.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=key, ended_at=None).exists():
        return False
    drill = locked_drill(key)
    outcome = outcome_at(drill, now)
    if outcome is None:
        return False
    finish_drill(TICKER, drill, outcome, now=now)
    return True


def outcome_at(drill: Drill, now: datetime) -> Outcome | None:
    """Return how a running drill ends at `now`, None while it goes on."""
    started_at = drill.started_at or now
    if emergency_runs(drill.account_id, since=started_at):
        return Outcome.INTERRUPTED
    if drill.announcement is not None and Topic.DRILL in drill.announcement.nobody_for:
        return Outcome.NOBODY
    told, answered = len(people_told(drill)), DrillAnswer.objects.filter(drill=drill).count()
    escalation = Escalation.objects.filter(announcement=drill.announcement_id).first()
    if escalation is None:
        return _outcome(told, answered) if answered >= told or now >= started_at + ANSWER_WITHIN else None
    if escalation.state == EscalationState.RUNNING:
        return None
    if escalation.state == EscalationState.ACKNOWLEDGED:
        # Those who were told before have the time of one step to answer as well.
        until = (escalation.ended_at or now) + timedelta(seconds=escalation.interval_seconds)
        return Outcome.ANSWERED if answered >= told or now >= until else None
    return _outcome(told, answered)


def _outcome(told: int, answered: int) -> Outcome:
    if not answered:
        return Outcome.UNANSWERED
    return Outcome.ANSWERED if answered >= told else Outcome.PARTLY


def _is_to_announce(schedule: DrillSchedule, now: datetime) -> bool:
    if schedule.next_at is None or schedule.announced_days is None:
        return False
    return now >= schedule.next_at - timedelta(days=schedule.announced_days)


def _announce(key: int, now: datetime) -> bool:
    schedule = _locked(key)
    if schedule is None or schedule.announced_at is not None or schedule.next_at is None:
        return False
    if not _is_to_announce(schedule, now):
        return False
    schedule.announced_at = now
    schedule.save(update_fields=["announced_at"])
    facts = {"at": schedule.next_at.isoformat(), "field": schedule.field}
    _record(Happened.DRILL_ANNOUNCED, schedule, facts, now)
    announce((Topic.DRILL,), subject_of_schedule(schedule, schedule.next_at), now=now)
    return True


def _take(key: int, now: datetime) -> bool:
    """Begin the drill that is due, else move it, else note that it was missed."""
    # The account is locked before its schedule and its drills, here as in the verbs.
    account = Account.objects.filter(drill_schedule=key).first()
    if account is None:
        return False
    lock_account(account)
    schedule = _locked(key)
    if schedule is None or schedule.paused_at is not None:
        return False
    if schedule.next_at is None:  # there were no support hours
        plan_next(schedule, now)
        schedule.save()
        return schedule.next_at is not None
    if schedule.next_at <= now:
        _deal_with(schedule, schedule.next_at, now)
        return True
    return False


def _deal_with(schedule: DrillSchedule, planned_for: datetime, now: datetime) -> None:
    hours = drill_hours(schedule.account, now)
    if now - planned_for >= CATCHES_UP_FOR:
        _miss(schedule, hours, now)
        return
    because = _obstacle(schedule, hours, now)
    if because is not None:
        _move(schedule, because, hours, now)
        return
    wanted = Wanted(
        schedule.account,
        ContactField(schedule.field),
        schedule.everybody,
        is_announced=schedule.announced_at is not None,
        planned_for=planned_for,
    )
    begin_drill(TICKER, wanted, now=now)
    schedule.last_month = schedule.next_month
    plan_next(schedule, now)
    schedule.save()


def _obstacle(schedule: DrillSchedule, hours: Hours, now: datetime) -> MovedBecause | None:
    if emergency_runs(schedule.account_id):
        return MovedBecause.EMERGENCY
    if Drill.objects.filter(account=schedule.account_id, ended_at=None).exists():
        return MovedBecause.DRILL
    return None if hours.next_open(now) == now else MovedBecause.HOURS


def _move(schedule: DrillSchedule, because: MovedBecause, hours: Hours, now: datetime) -> None:
    before = schedule.next_at
    wait = timedelta() if because is MovedBecause.HOURS else TRIES_AGAIN_AFTER
    moved_to = hours.next_open(now + wait)
    if moved_to is None:
        plan_next(schedule, now)
    else:
        schedule.next_at, schedule.moved_because = moved_to, because
    schedule.save()
    facts = {"because": because.value, "from": _text(before), "to": _text(schedule.next_at)}
    _record(Happened.DRILL_MOVED, schedule, facts, now)


def _miss(schedule: DrillSchedule, hours: Hours, now: datetime) -> None:
    """Keep that the drill was missed, and those of the months after it that have passed as well."""
    planned_for, month = schedule.next_at, schedule.next_month
    for _ in range(_MOST_MISSED):
        if planned_for is None or now - planned_for < CATCHES_UP_FOR:
            break
        drill = Drill.objects.create(
            account=schedule.account,
            field=schedule.field,
            everybody=schedule.everybody,
            planned_for=planned_for,
            ended_at=now,
            outcome=Outcome.MISSED,
        )
        record(
            Happened.DRILL_MISSED,
            actor=TICKER.audit_ref,
            subject=drill.audit_ref,
            account_id=drill.account_id,
            facts={"planned_for": _text(planned_for), "field": drill.field},
            now=now,
        )
        schedule.last_month = month
        found = next_drill(schedule.rhythm, hours, month, planned_for)
        planned_for, month = (None, None) if found is None else (found.at, found.month)
    schedule.announced_at, schedule.moved_because = None, ""
    schedule.next_at, schedule.next_month = planned_for, month
    schedule.save()


def _locked(key: int) -> DrillSchedule | None:
    rows = DrillSchedule.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account")
    return rows.filter(pk=key).first()


def _record(happened: Happened, schedule: DrillSchedule, facts: dict[str, str], now: datetime) -> None:
    subject, actor = schedule.audit_ref, TICKER.audit_ref
    record(happened, actor=actor, subject=subject, account_id=schedule.account_id, facts=facts, now=now)


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
