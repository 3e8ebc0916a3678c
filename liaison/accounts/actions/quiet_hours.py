"""The verb for one's own quiet hours: in them only what cannot wait comes (R5, issue 4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.accounts.actions.checks import Problems, lock_identity
from liaison.accounts.models import Identity
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.lib.hours import MINUTES_A_DAY, parse_clock, parse_span

_WEEK = frozenset(range(1, 8))


@transaction.atomic
def change_quiet_hours(
    *, actor: Identity, days: Collection[int], start: str = "", end: str = "", now: datetime
) -> Identity:
    """Choose quiet hours in one's own zone; no days for none.

    `days` are the ISO weekdays (1 is Monday) on which they begin; `start` and `end` are clocks such as `22:00`, an end
    that is not later is on the next day. What waits already goes when it was to go. Raises Invalid.
    """
    begins, ends = _minutes(days, start, end)
    identity = lock_identity(actor)
    before = _facts(identity)
    identity.quiet_days = sorted(set(days))
    identity.quiet_start_minute, identity.quiet_end_minute = begins, ends
    after = _facts(identity)
    if before != after:
        identity.save(update_fields=["quiet_days", "quiet_start_minute", "quiet_end_minute"])
        record(
            Happened.IDENTITY_CHANGED,
            actor=identity.audit_ref,
            subject=identity.subject_ref,
            account_id=identity.account.pk,
            changes={"quiet_hours": [before, after]},
            facts={"fields": ["quiet_hours"]},
            now=now,
        )
    return identity


def _minutes(days: Collection[int], start: str, end: str) -> tuple[int, int]:
    """Return the minutes at which they begin and end, both 0 without days; raises Invalid with every problem."""
    if not days:
        return 0, 0
    problems = Problems()
    if not _WEEK.issuperset(days):
        problems.add("days", AccountCode.UNKNOWN_DAY)
    clocks = {field: _clock(field, text, problems) for field, text in (("start", start), ("end", end))}
    if clocks["start"] == MINUTES_A_DAY:
        problems.add("start", AccountCode.CLOCK_UNUSABLE)
    elif clocks["start"] is not None and clocks["start"] == clocks["end"]:
        problems.add("end", AccountCode.QUIET_ALL_DAY)
    problems.refuse()
    begins, ends = parse_span(start, end)
    if ends == begins + MINUTES_A_DAY:  # 00:00 to 24:00
        problems.add("end", AccountCode.QUIET_ALL_DAY)
    problems.refuse()
    return begins, ends


def _clock(field: str, text: str, problems: Problems) -> int | None:
    try:
        return parse_clock(text)
    except ValueError:
        problems.add(field, AccountCode.CLOCK_UNUSABLE)
        return None


def _facts(identity: Identity) -> dict[str, Any] | None:
    if not identity.quiet_days:
        return None
    return {
        "days": list(identity.quiet_days),
        "start_minute": identity.quiet_start_minute,
        "end_minute": identity.quiet_end_minute,
    }
