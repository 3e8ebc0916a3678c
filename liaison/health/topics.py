"""The topics *production alert* and *technical emergency*: who stands where, and in which words they are told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from liaison.accounts import queries as accounts
from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.queries import people_of_field
from liaison.health import words
from liaison.health.models import Incident, IncidentState
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.models import Environment, EnvironmentName, Integration, Status
from liaison.lib.addresses import same_mailbox
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject
from liaison.notifications.told import told_about

# With the account of the manager, whose language and zone count where the manager chose none.
_MANAGER = "account__partner_manager__domain__account"
_ENDS = frozenset({IncidentEvent.RESOLVED.value, "restored"})


@dataclass(frozen=True)
class About:
    """A subject, found: an incident or a change of an integration, or a place where something might happen."""

    integration: Integration
    environment: str
    incident: Incident | None = None

    @property
    def account(self) -> Account:
        return self.integration.account


def find(subject: Subject) -> About:
    """Return what the subject names. A hypothetical one (`environment`) names its place in its facts."""
    if subject.kind == SubjectKind.INCIDENT:
        related = f"environment__integration__{_MANAGER}"
        incident = Incident.objects.select_related(related).get(pk=int(subject.id))
        return About(incident.environment.integration, incident.environment.name, incident)
    if subject.kind == SubjectKind.INTEGRATION:
        integrations = Integration.objects.select_related(_MANAGER)
        return About(integrations.get(pk=int(subject.id)), EnvironmentName.PRODUCTION)
    environments = Environment.objects.select_related(f"integration__{_MANAGER}")
    environment = environments.get(pk=subject.facts["environment"])
    return About(environment.integration, environment.name)


class ProblemTopic(ABC):
    """What both topics share. A subject that ended goes to those of its people who heard that it began."""

    def circumstances(self, subject: Subject) -> Circumstances:
        about = find(subject)
        return Circumstances(
            is_sandbox=about.environment == EnvironmentName.SANDBOX,
            is_paused=about.environment == EnvironmentName.PRODUCTION and about.integration.status == Status.PAUSED,
        )

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        everybody = self.people(find(subject).account)
        if subject.facts.get("event") not in _ENDS:
            return everybody
        told = told_about(subject.kind, subject.id)
        return TopicFacts(
            topic=everybody.topic,
            everyone=_only((*everybody.everyone, *everybody.ladder), told.keys),
            listeners=tuple(person for person in everybody.listeners if person.key in told.keys),
        )

    @abstractmethod
    def people(self, account: Account) -> TopicFacts:
        """Return who stands in the topic's places of an account."""

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether the recipient stands in one of the topic's places now, and can be written to there.

        Who listens to the sandbox has no right to what happens in production, and the other way round (R2). Who
        has another mailbox since gets it there, in the next round.
        """
        about = find(subject)
        facts = self.people(about.account)
        people = [person for circle in (*facts.everyone, *facts.ladder) for person in circle.people]
        return any(
            person.key == recipient.key and person.blocked is None and same_mailbox(person.address, recipient.address)
            for person in (facts.listeners if about.environment == EnvironmentName.SANDBOX else people)
        )

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it is still true. A problem is told even when it is over already: section R, at least one."""
        about = find(subject)
        event = subject.facts.get("event")
        if event == IncidentEvent.RESOLVED:
            return about.incident is not None and about.incident.state == IncidentState.RESOLVED
        return event != "restored" or about.integration.status != Status.DISABLED

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        about = find(subject)
        event = str(subject.facts.get("event", ""))
        if about.incident is not None:
            return words.incident_content(about.incident, IncidentEvent(event), recipient)
        return words.integration_content(about.integration, event, recipient)


class ProductionAlert(ProblemTopic):
    """Any problem in production: the alert contacts, all at once."""

    def people(self, account: Account) -> TopicFacts:
        contacts = people_of_field(account, ContactField.ALERT)
        return TopicFacts(
            topic=Topic.PRODUCTION_ALERT,
            everyone=(Circle(Reason.ALERT_CONTACT, contacts),),
            listeners=accounts.people(accounts.sandbox_listeners(account)),
        )


class TechnicalEmergency(ProblemTopic):
    """An emergency: the emergency contacts in order, then administrators, partner manager, the operator.

    The operator's administrators stand in for its on-call until there are rotas.
    """

    def people(self, account: Account) -> TopicFacts:
        manager = account.partner_manager
        ladder = (
            Circle(Reason.EMERGENCY_CONTACT, people_of_field(account, ContactField.EMERGENCY)),
            Circle(Reason.ADMINISTRATOR, accounts.people(accounts.administrators_of(account))),
            Circle(Reason.PARTNER_MANAGER, (accounts.person(manager),) if manager else ()),
            Circle(Reason.OPERATOR_ADMINISTRATOR, accounts.people(accounts.operator_administrators())),
        )
        return TopicFacts(
            topic=Topic.TECHNICAL_EMERGENCY,
            ladder=ladder,
            listeners=accounts.people(accounts.sandbox_listeners(account)),
        )


def _only(circles: Iterable[Circle], keys: frozenset[str]) -> tuple[Circle, ...]:
    kept = (
        Circle(circle.reason, tuple(person for person in circle.people if person.key in keys)) for circle in circles
    )
    return tuple(circle for circle in kept if circle.people)


def everybody(facts: TopicFacts) -> tuple[Person, ...]:
    """Return everybody a topic knows, in order, somebody in two places twice."""
    return tuple(person for circle in (*facts.everyone, *facts.ladder) for person in circle.people) + facts.listeners
