"""What a pause may be and when somebody is reminded of it: pure, of moments alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import FieldProblem
from liaison.lib.zones import is_within_the_calendar

REMIND_BEFORE: Final = timedelta(minutes=30)
"""So long before its end a pause is spoken of; a short one when half of it is over."""
FARTHEST_START: Final = timedelta(days=366)


@dataclass(frozen=True)
class Span:
    """A time `[starts_at, ends_at)`; without an end it counts as long as a pause may last."""

    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Wish:
    """What somebody asks of a pause. The end comes by itself only where one is given."""

    ends_at: datetime | None = None
    reason: str = ""
    ends_by_itself: bool = False


def meets(one: Span, other: Span, longest: timedelta) -> bool:
    """Say whether two pauses of an integration would run at the same time."""
    return one.starts_at < end_of(other, longest) and other.starts_at < end_of(one, longest)


def end_of(span: Span, longest: timedelta) -> datetime:
    """Return the planned end, or where an open end stops to be reasonable."""
    return span.ends_at if span.ends_at is not None else span.starts_at + longest


def problem_of_start(starts_at: datetime, now: datetime) -> FieldProblem | None:
    """Return what is wrong with the start of a planned pause."""
    if starts_at <= now:
        return FieldProblem("starts_at", IntegrationCode.PAUSE_STARTS_IN_THE_PAST)
    if starts_at > now + FARTHEST_START:
        return FieldProblem("starts_at", IntegrationCode.PAUSE_STARTS_TOO_FAR)
    return None


def problem_of_end(span: Span, now: datetime) -> FieldProblem | None:
    """Return what is wrong with an end, whoever asks for it."""
    if span.ends_at is None:
        return None
    if not is_within_the_calendar(span.ends_at):
        return FieldProblem("until", IntegrationCode.UNKNOWN_MOMENT)
    if span.ends_at <= now:
        return FieldProblem("until", IntegrationCode.PAUSE_ENDS_IN_THE_PAST)
    if span.ends_at <= span.starts_at:
        return FieldProblem("until", IntegrationCode.PAUSE_ENDS_BEFORE_IT_STARTS)
    return None


def is_too_long(span: Span, longest: timedelta, granted: datetime | None = None) -> bool:
    """Say whether the end is past the operator's cap, and past what the operator granted already."""
    if span.ends_at is None:
        return False
    return span.ends_at > max(span.starts_at + longest, granted or span.starts_at)


def reminder_before_end_at(span: Span) -> datetime | None:
    """Return when people are reminded that the end comes; None without an end."""
    if span.ends_at is None:
        return None
    return span.ends_at - min(REMIND_BEFORE, (span.ends_at - span.starts_at) / 2)


def passed_deadline(span: Span, longest: timedelta, now: datetime) -> datetime | None:
    """Return the latest moment by which a pause that still runs should have been over, None while it may go on.

    There are two: its planned end, and the operator's cap counted from its start. A planned end past the cap was
    granted by the operator, so until then the cap says nothing.
    """
    if span.ends_at is not None and span.ends_at > now:
        return None
    passed = [one for one in (span.ends_at, span.starts_at + longest) if one is not None and one <= now]
    return max(passed, default=None)
