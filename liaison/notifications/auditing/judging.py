"""What the counts mean: whether the audit passed, and of what the staff must be alarmed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.notifications.auditing.vocabulary import SERIOUS, Trouble

ALARM_AGAIN_AFTER: Final = timedelta(hours=1)
REMEMBER_AN_ALARM: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Seen:
    """How much of one kind of trouble there is, and since when the oldest of it."""

    trouble: Trouble
    count: int
    since: datetime | None = None


@dataclass(frozen=True)
class Finding:
    """What an audit says of one kind. `alarmed_at` is when the staff were last alarmed of it.

    A count of 0 says that it is over, and is kept for a while only so that a trouble that comes and goes does not
    alarm the staff each time.
    """

    trouble: Trouble
    count: int
    since: datetime | None
    alarmed_at: datetime | None


@dataclass(frozen=True)
class Verdict:
    """`alarm` are the kinds of which the staff are to be told now; their findings say so already."""

    passed: bool
    findings: tuple[Finding, ...]
    alarm: tuple[Trouble, ...]


def judge(seen: Iterable[Seen], before: Mapping[Trouble, Finding], now: datetime) -> Verdict:
    """Judge what was counted, knowing what the audit before said.

    Serious trouble alarms at once, and again each hour while it lasts. What people merely must look at alarms once,
    until it was gone. What is gone for less than ten minutes is not news when it comes back.
    """
    counted = {one.trouble: one for one in seen if one.count}
    alarm = tuple(trouble for trouble in counted if _is_news(trouble, before.get(trouble), now))
    findings = [
        Finding(
            trouble=one.trouble,
            count=one.count,
            since=one.since,
            alarmed_at=now if one.trouble in alarm else before[one.trouble].alarmed_at,
        )
        for one in counted.values()
    ]
    findings += [
        Finding(old.trouble, 0, None, old.alarmed_at)
        for old in before.values()
        if old.trouble not in counted and _is_fresh(old.alarmed_at, now)
    ]
    return Verdict(passed=not SERIOUS & counted.keys(), findings=tuple(findings), alarm=alarm)


def _is_news(trouble: Trouble, before: Finding | None, now: datetime) -> bool:
    if before is None or before.alarmed_at is None:
        return True
    return trouble in SERIOUS and now - before.alarmed_at >= ALARM_AGAIN_AFTER


def _is_fresh(alarmed_at: datetime | None, now: datetime) -> bool:
    return alarmed_at is not None and now - alarmed_at < REMEMBER_AN_ALARM
