"""From findings to incidents: those of one group of an environment are one problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from liaison.accounts.actors import System
from liaison.catalog.loader import severities
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import Severity, Topic
from liaison.detection import disabling
from liaison.detection.models import Finding, FindingState
from liaison.detection.steps import Change
from liaison.health.models import Incident
from liaison.health.reporting import end_problem, report_problem, update_evidence
from liaison.health.routing import subject_of
from liaison.health.vocabulary import IncidentEvent, IncidentSource
from liaison.integrations.models import Environment, EnvironmentName, Status
from liaison.notifications.actions import announce

RULES: Final = System("rules")
_OPEN: Final = (FindingState.FIRING, FindingState.CLEARING)


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding as it is now, and what changed it. One that is not written is as it was."""

    finding: Finding
    change: Change
    is_written: bool = True


def dedup_key_of(group: str) -> str:
    """Return the key under which the incident of a group is known."""
    return f"rules:{group}"


def settle(
    environment: Environment,
    findings: Iterable[Finding],
    kept: Sequence[Kept],
    *,
    rules: Mapping[str, Rule],
    end: datetime,
    now: datetime,
) -> None:
    """Open, join, worsen or end the incidents of what changed, and give them the newest evidence."""
    groups = dict.fromkeys(one.finding.group for one in kept if one.is_written and one.finding.fired_at)
    known = list(findings)
    for group in groups:
        of_group = [one for one in known if one.group == group]
        changed = [one for one in kept if one.finding.group == group and one.change is not Change.NONE]
        _Group(
            environment=environment, group=group, findings=of_group, changed=changed, rules=rules, end=end, now=now
        ).settle()


class _Group:
    """The findings of one group, of which some have just changed."""

    def __init__(
        self,
        *,
        environment: Environment,
        group: str,
        findings: Sequence[Finding],
        changed: Sequence[Kept],
        rules: Mapping[str, Rule],
        end: datetime,
        now: datetime,
    ) -> None:
        self._environment = environment
        self._key = dedup_key_of(group)
        self._findings = findings
        self._going_on = [one for one in findings if one.state in _OPEN]
        self._fired = [one.finding for one in changed if one.change is Change.FIRED]
        self._rules = rules
        self._end = end
        self._now = now
        open_ones = Incident.objects.filter(environment=environment, dedup_key=self._key, resolved_at__isnull=True)
        self._incident = open_ones.first()
        if self._incident is not None:
            self._incident.environment = environment

    def settle(self) -> None:
        if self._fired:
            self._report()
        elif self._incident is None:
            return  # somebody ended it: only something new opens another
        elif self._going_on:
            update_evidence(incident=self._incident, facts=self._facts(self._incident), now=self._now)
        else:
            self._end_it(self._incident)

    def _report(self) -> None:
        """Report what fired: a new problem, or one more thing about the one that is known.

        Where the integration is to be disabled, that is what people are told. During a pause nothing that we found
        ourselves calls anybody: the alarm is recorded, as suppressed. While it is disabled because of this very
        problem, one more proof of it is no news.
        """
        integration = self._environment.integration
        is_production = self._environment.name == EnvironmentName.PRODUCTION
        because = disabling.rule_that_disables(self._environment, self._fired, self._rules)
        is_paused = is_production and integration.status == Status.PAUSED
        is_known = self._incident is not None and disabling.is_because_of(self._incident, self._findings)
        is_told = because is None and not is_paused and not is_known and not self._is_only_flapping()
        event = IncidentEvent.OPENED if self._incident is None else IncidentEvent.FOUND_MORE
        incident = report_problem(
            environment=self._environment,
            dedup_key=self._key,
            source=IncidentSource.RULES,
            severity=self._severity(),
            started_at=min(one.bad_since or self._end for one in self._fired),
            facts=self._facts(self._incident),
            actor=RULES.audit_ref,
            now=self._now,
            event=event,
            is_told=is_told,
        )
        incident.environment = self._environment
        Finding.objects.filter(pk__in=[one.pk for one in self._going_on]).update(incident=incident)
        if because is not None:
            disabling.disable(incident, because, facts=self._facts(incident) | {"disabled": True}, now=self._now)
        elif is_paused:
            announce((Topic.PRODUCTION_ALERT,), subject_of(incident, event), now=self._now)

    def _end_it(self, incident: Incident) -> None:
        """End it where its last finding is over; what it disabled is set live again, which is then what is told."""
        restores = disabling.is_because_of(incident, self._findings)
        end_problem(
            incident=incident,
            ended_at=self._end,
            facts=self._facts(incident),
            actor=RULES.audit_ref,
            now=self._now,
            is_told=not restores,
        )
        if restores:
            disabling.restore(incident, now=self._now)

    def _is_only_flapping(self) -> bool:
        return self._incident is not None and all(one.is_flapping for one in self._fired)

    def _severity(self) -> Severity:
        """Return the worst severity of what goes on."""
        order = list(severities())  # the worst first
        found = (Severity(one.evidence.get("severity", Severity.ERROR)) for one in self._going_on)
        return min(found, key=order.index)

    def _facts(self, incident: Incident | None) -> dict[str, Any]:
        """Return the newest state of each finding of this occurrence."""
        belonging = [
            one
            for one in self._findings
            if one.state in _OPEN or (incident is not None and one.incident_id == incident.pk and one.fired_at)
        ]
        return facts_of(belonging, {} if incident is None else incident.facts)


def facts_of(findings: Iterable[Finding], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an incident knows of its findings (docs/decisions/0026); `before` is what it knew."""
    return {"findings": [_described(one) for one in findings], "disabled": bool(before.get("disabled", False))}


def _described(finding: Finding) -> dict[str, Any]:
    return {
        **finding.evidence,
        "rule": finding.rule,
        "fired_at": _text(finding.fired_at),
        "ended_at": None if finding.state in _OPEN else _text(finding.ended_at),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
