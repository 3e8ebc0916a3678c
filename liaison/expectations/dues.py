"""By when something is expected of an account: usually, by the hours in which it works, or as somebody chose."""

from __future__ import annotations

from datetime import UTC, datetime

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import Topic
from liaison.contacts.queries import open_hours
from liaison.expectations.pace import LONGEST_DUE, PACES, Workdays, first_due
from liaison.expectations.vocabulary import ExpectationCode, Expected
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.notifications.facts import OpenHours


def workdays_of(account: Account, now: datetime) -> Workdays:
    """Return the account's support hours around `now`, without its public holidays."""
    return Workdays(open_hours(account, now), account.time_zone)


def usual_due(account: Account, topic: Topic, now: datetime) -> datetime:
    """Return by when the account is usually expected to answer something of this topic. No query for an emergency."""
    by_the_clock = not PACES[topic].first.days
    workdays = Workdays(OpenHours(()), account.time_zone) if by_the_clock else workdays_of(account, now)
    return first_due(topic, now, workdays)


def checked_due(expected: str, due_at: datetime | None, now: datetime) -> datetime:
    """Return the moment in UTC. Raises Invalid for an unknown wish, and for a moment that is past or too far away."""
    problems: list[FieldProblem] = []
    if expected not in set(Expected):
        problems.append(FieldProblem("expected", ExpectationCode.UNKNOWN_EXPECTED))
    if due_at is None:
        problems.append(FieldProblem("due_at", ExpectationCode.DUE_NEEDED))
    elif due_at <= now:
        problems.append(FieldProblem("due_at", ExpectationCode.DUE_PAST))
    elif due_at > now + LONGEST_DUE:
        problems.append(FieldProblem("due_at", ExpectationCode.DUE_TOO_FAR))
    if problems or due_at is None:
        raise Invalid(tuple(problems))
    return due_at.astimezone(UTC)
