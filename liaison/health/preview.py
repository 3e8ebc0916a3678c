"""Who would be told if …, at this moment: the plan by the function that tells them (R1, invariant 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity, Topic
from liaison.health.access import require_preview
from liaison.health.vocabulary import RAISED_BY_STAFF, PreviewCode, SubjectKind
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.zones import Resolved, is_within_the_calendar, is_zone, resolve_local
from liaison.notifications.actions import preview
from liaison.notifications.facts import Plan
from liaison.notifications.registry import Subject


@dataclass(frozen=True)
class Preview:
    """The answer. `moment` says what the local time was taken to mean: a gap or a fold of the clocks shows there."""

    account: Account
    integration: Integration
    environment: str
    topics: tuple[Topic, ...]
    asked_local: datetime
    zone: str
    moment: Resolved
    plan: Plan


def preview_for(
    actor: Actor,
    account: Account,
    topic: str,
    *,
    now: datetime,
    environment: str = EnvironmentName.PRODUCTION,
    integration: str = "",
    at_local: datetime | None = None,
    zone: str = "UTC",
) -> Preview:
    """Return who would be told of a problem.

    `topic` is production_alert, technical_emergency, a severity, or one that staff raise. `integration` is a public id
    or a kind; left out it is the account's launched or else first one. `at_local` is a local time without a zone; left
    out it is `now`. Raises Missing, Forbidden, and Invalid with every problem at once.
    """
    require_preview(actor, account)
    topics = _topics_of(topic)
    found = _integration_of(account, integration)
    problems = [
        *([] if topics else [FieldProblem("topic", PreviewCode.UNKNOWN_TOPIC)]),
        *([] if found else [FieldProblem("integration", PreviewCode.UNKNOWN_INTEGRATION)]),
        *([] if _is_environment(environment) else [FieldProblem("environment", PreviewCode.UNKNOWN_ENVIRONMENT)]),
        *([] if is_zone(zone) else [FieldProblem("zone", PreviewCode.UNKNOWN_ZONE)]),
    ]
    if at_local is not None and (at_local.tzinfo is not None or not is_within_the_calendar(at_local)):
        problems.append(FieldProblem("at", PreviewCode.UNKNOWN_MOMENT))
    if problems or found is None:
        raise Invalid(tuple(problems))
    asked, moment = _moment_of(at_local, zone, now)
    place = Environment.objects.get(integration=found, name=environment)
    subject = Subject(SubjectKind.ENVIRONMENT, "", account.pk, {"environment": place.pk})
    plan = preview(topics, subject, moment.instant_utc)
    return Preview(account, found, environment, topics, asked, zone, moment, plan)


def _topics_of(topic: str) -> tuple[Topic, ...]:
    """Return what really is raised together: an emergency is a production alert as well."""
    if topic in RAISED_BY_STAFF:
        return (Topic(topic),)
    entries = severities()
    if topic in entries:
        return entries[Severity(topic)].raises
    return next((entry.raises for entry in entries.values() if entry.raises[0] == topic), ())


def _integration_of(account: Account, wanted: str) -> Integration | None:
    integrations = Integration.objects.filter(account=account).select_related("account")
    if not wanted:
        return integrations.order_by("launched_at", "pk").first()  # NULL comes last: launched ones first
    return integrations.filter(public_id=wanted).first() or integrations.filter(kind=wanted).first()


def _is_environment(name: str) -> bool:
    return name in list(EnvironmentName)


def _moment_of(at_local: datetime | None, zone: str, now: datetime) -> tuple[datetime, Resolved]:
    if at_local is not None:
        return at_local, resolve_local(at_local, zone)
    utc = now.astimezone(UTC)
    local = resolve_local(utc.replace(tzinfo=None), "UTC").taken_local
    return local, Resolved(utc, shifted=False, ambiguous=False, taken_local=local)
