"""The schedule of an account's drills: changed, paused and resumed in one go."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actions.checks import lock_account
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.drills.access import id_of, require_run
from liaison.drills.models import DrillSchedule
from liaison.drills.people import drill_hours
from liaison.drills.rhythm import LAST_WEEK, next_drill
from liaison.drills.vocabulary import DRILL_FIELDS, DrillCode
from liaison.lib.hours import MINUTES_A_DAY
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.zones import is_zone

MOST_DAYS_BEFORE: Final = 14
_LAST_DAY: Final = 31
_DAYS_A_WEEK: Final = 7


@dataclass(frozen=True)
class Wish:
    """How an account wants its monthly drill. `weekday` 0 means by the `day`; `announced_days` None: unannounced."""

    field: str
    minute: int
    time_zone: str
    everybody: bool = False
    weekday: int = 0
    week: int = 1
    day: int = 1
    announced_days: int | None = None
    is_paused: bool = False


def change_drill_schedule(*, actor: Actor, account: Account, wish: Wish, now: datetime) -> DrillSchedule:
    """Keep the schedule, and work out when the next drill is due. Raises Invalid with every problem at once.

    A drill that was moved or announced is planned anew.
    """
    with transaction.atomic():
        require_run(actor, account)
        _refuse(wish)
        lock_account(account)
        known = DrillSchedule.objects.filter(account=account).first()
        schedule = known or DrillSchedule(account=account)
        before = None if known is None else _facts(known)
        values = {key: value for key, value in asdict(wish).items() if key != "is_paused"}
        for key, value in values.items():
            setattr(schedule, key, value)
        schedule.paused_at = (schedule.paused_at or now) if wish.is_paused else None
        plan_next(schedule, now)
        schedule.changed_at, schedule.changed_by_id = now, id_of(actor)
        schedule.save()
        record(
            Happened.DRILL_SCHEDULE_CHANGED,
            actor=actor.audit_ref,
            subject=schedule.audit_ref,
            account_id=account.pk,
            changes={"schedule": [before, _facts(schedule)]},
            now=now,
        )
    return schedule


def plan_next(schedule: DrillSchedule, now: datetime) -> None:
    """Set when the next drill is due, of a month that was not dealt with. The caller saves."""
    schedule.announced_at, schedule.moved_because = None, ""
    schedule.next_at, schedule.next_month = None, None
    if schedule.paused_at is not None:
        return
    found = next_drill(schedule.rhythm, drill_hours(schedule.account, now), schedule.last_month, now)
    if found is not None:
        schedule.next_at, schedule.next_month = found.at, found.month


def _refuse(wish: Wish) -> None:
    ranges = {
        "minute": (wish.minute, 0, MINUTES_A_DAY - 1),
        "weekday": (wish.weekday, 0, _DAYS_A_WEEK),
        "week": (wish.week, 1, LAST_WEEK),
        "day": (wish.day, 1, _LAST_DAY),
        "announced_days": (wish.announced_days or 0, 0, MOST_DAYS_BEFORE),
    }
    problems = [
        FieldProblem(name, DrillCode.OUT_OF_RANGE, {"least": least, "most": most})
        for name, (value, least, most) in ranges.items()
        if not least <= value <= most
    ]
    if wish.field not in DRILL_FIELDS:
        problems.append(FieldProblem("field", DrillCode.UNKNOWN_FIELD))
    if not is_zone(wish.time_zone):
        problems.append(FieldProblem("time_zone", DrillCode.UNKNOWN_ZONE))
    if problems:
        raise Invalid(tuple(problems))


def _facts(schedule: DrillSchedule) -> dict[str, Any]:
    names = ("field", "everybody", "weekday", "week", "day", "minute", "time_zone", "announced_days")
    return {name: getattr(schedule, name) for name in names} | {"paused": schedule.paused_at is not None}
