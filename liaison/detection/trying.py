"""A changed rule tried on what happened: how often it would have told whom, beside the rule as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Sum

from liaison.accounts.access import visible_accounts
from liaison.accounts.actors import Actor
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import Topic
from liaison.detection.replaying import STRETCH, pasts_of
from liaison.detection.rulebook import is_for_kind
from liaison.detection.ruleplaces import RulePlace
from liaison.detection.shadow import Alarm, Past, replay
from liaison.health.routing import is_emergency, topics_of
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Environment, EnvironmentName, Integration, Stage
from liaison.notifications.actions import preview
from liaison.notifications.facts import Planned, Withheld
from liaison.notifications.registry import Subject
from liaison.signals.models import Minute

MOST_INTEGRATIONS: Final = 20
"""So many integrations are tried at once, those with the most errors of the stretch first."""
MOST_ALARMS: Final = 60
"""For so many alarms it is worked out who would have been told."""
LONGEST_SECONDS: Final = 8.0
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 7


@dataclass(frozen=True)
class Told:
    """One alarm, and whom it would have told. `at_night` are those for whom it was between 22:00 and 7:00."""

    integration: Integration
    alarm: Alarm
    people: tuple[str, ...]
    at_night: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What one version of the rule would have done. `more` are alarms beyond those in the list."""

    told: tuple[Told, ...]
    more: int

    @property
    def people(self) -> int:
        return len({person for one in self.told for person in one.people})

    @property
    def times(self) -> int:
        """How often somebody would have been told."""
        return sum(bool(one.people) for one in self.told) + self.more

    @property
    def nights(self) -> int:
        return sum(bool(one.at_night) for one in self.told)

    @property
    def untold(self) -> int:
        """How often it would have been found without telling anybody: in a pause, or with nobody to reach."""
        return sum(not one.people for one in self.told)


@dataclass(frozen=True)
class Trial:
    """`tried` are the integrations that were looked at, `left_out` the number of those for which time was short."""

    start: datetime
    end: datetime
    tried: tuple[Integration, ...]
    left_out: int
    present: Outcome
    wanted: Outcome


def try_rule(actor: Actor, present: Rule | None, wanted: Rule | None, place: RulePlace, now: datetime) -> Trial:
    """Replay the last seven days by both versions (None: it is off). Writes nothing."""
    begun, end = monotonic(), now.replace(second=0, microsecond=0)
    start = end - STRETCH
    shape = wanted or present
    candidates = _candidates(actor, shape, place, start) if shape else []
    tried: list[Integration] = []
    found: tuple[list[tuple[Integration, Alarm]], list[tuple[Integration, Alarm]]] = ([], [])
    for integration in candidates[:MOST_INTEGRATIONS]:
        if tried and monotonic() - begun > LONGEST_SECONDS:
            break
        for version, alarms in zip((present, wanted), found, strict=True):
            if version is not None:
                pasts = pasts_of(version, integration, start, end)
                alarms += [(integration, alarm) for alarm in replay_all(version, pasts, start, end)]
        tried.append(integration)
    outcomes = [
        _outcome(version, alarms) if version is not None else Outcome((), 0)
        for version, alarms in zip((present, wanted), found, strict=True)
    ]
    return Trial(start, end, tuple(tried), len(candidates) - len(tried), outcomes[0], outcomes[1])


def replay_all(rule: Rule, pasts: Iterable[Past], start: datetime, end: datetime) -> list[Alarm]:
    """Return the alarms of all things that the rule looks at, in the order of time."""
    alarms = [alarm for past in pasts for alarm in replay(rule, past, start, end)]
    return sorted(alarms, key=lambda alarm: (alarm.fired_at, alarm.scope))


def _candidates(actor: Actor, rule: Rule, place: RulePlace, start: datetime) -> list[Integration]:
    """Return the launched integrations at a place that have the rule, those with the most errors first."""
    if place.integration is not None:
        return [place.integration] if place.integration.stage == Stage.LAUNCHED else []
    seen = Integration.objects.filter(stage=Stage.LAUNCHED, account__in=visible_accounts(actor))
    if place.kind:
        seen = seen.filter(kind=place.kind)
    production = Environment.objects.filter(name=EnvironmentName.PRODUCTION, integration__in=seen)
    of_integration = dict(production.values_list("pk", "integration_id"))
    sums = Minute.objects.filter(environment_id__in=of_integration, minute__gte=start).values("environment_id")
    errors = {of_integration[row["environment_id"]]: row["total"] for row in sums.annotate(total=Sum("errors"))}
    found = [each for each in seen.select_related("account") if is_for_kind(rule, each.kind)]
    return sorted(found, key=lambda each: (-errors.get(each.pk, 0), each.account.name, each.pk))


def _outcome(rule: Rule, alarms: Sequence[tuple[Integration, Alarm]]) -> Outcome:
    shown = alarms[:MOST_ALARMS]
    topics = topics_of(rule.severity)
    if not is_emergency(rule.severity):
        topics = (*topics, Topic.TECHNICAL_NOTICE)
    told = tuple(_told(rule, integration, alarm, topics) for integration, alarm in shown)
    return Outcome(told, len(alarms) - len(shown))


def _told(rule: Rule, integration: Integration, alarm: Alarm, topics: tuple[Topic, ...]) -> Told:
    """Ask the plan whom it would have told at that moment, by the contact information as it is now (invariant 7)."""
    if alarm.is_quiet and not is_emergency(rule.severity):
        return Told(integration, alarm, (), ())
    facts = {"environment": alarm.environment_id}
    plan = preview(topics, Subject(SubjectKind.ENVIRONMENT, "", integration.account_id, facts), alarm.fired_at)
    # That the integration is paused today says nothing about the day of the alarm.
    told = [*plan.told, *(one for one in plan.not_told if one.withheld is Withheld.PAUSED)]
    people = tuple(dict.fromkeys(one.person.key for one in told))
    at_night = tuple(dict.fromkeys(one.person.key for one in told if _is_night(one)))
    return Told(integration, alarm, people, at_night)


def _is_night(planned: Planned) -> bool:
    hour = planned.at.astimezone(ZoneInfo(planned.person.time_zone or "UTC")).hour
    return hour >= _NIGHT_BEGINS or hour < _NIGHT_ENDS
