"""The topics under which a problem is told: who stands where, and in which words they are told.

*Production alert* and *technical emergency* are this room's own; of *technical notice* it answers for incidents.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from liaison.accounts import queries as accounts
from liaison.accounts.duty import only_told, people_on_call
from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.queries import escalation_pace, people_of_field
from liaison.expectations.access import open_about_each
from liaison.expectations.chain import may_hear, overdue_facts, people_reminded
from liaison.expectations.mailing import Asking, asking_of
from liaison.expectations.overdue import is_about_overdue, is_still_overdue
from liaison.health import words
from liaison.health.ladder import Reader, who_has_it
from liaison.health.models import Incident, IncidentState
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.models import Environment, EnvironmentName, Integration, Status
from liaison.lib.addresses import mailbox_key
from liaison.lib.clock import utc_now
from liaison.lib.prepared import Prepared
from liaison.notifications.facts import Circle, Person, Reason, TopicFacts
from liaison.notifications.models import Escalation
from liaison.notifications.registry import Circumstances, Content, Headline, Recipient, Subject, TopicHandler
from liaison.notifications.told import Told, told_about, told_about_each

# With the account of the manager, whose language and zone count where the manager chose none.
_MANAGER = "account__partner_manager__domain__account"
_ENDS = frozenset({IncidentEvent.RESOLVED.value, "restored"})
# What only those hear of who heard that it began.
_SEQUELS = _ENDS | {IncidentEvent.ACKNOWLEDGED.value}
# What is not worth saying any more when the problem is over. Of the others each problem's people hear at least once.
_WHILE_IT_LASTS = frozenset({IncidentEvent.FOUND_MORE.value, IncidentEvent.OVERDUE.value})

_ENVIRONMENTS = Environment.objects
_PLACE = Prepared(lambda key: _ENVIRONMENTS.select_related(f"integration__{_MANAGER}").filter(pk=key), int)
_STANDING = Prepared(
    lambda key: _ENVIRONMENTS.select_related("integration").only("name", "integration__status").filter(pk=key), int
)


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
    environment = _PLACE.get(subject.facts["environment"])
    return About(environment.integration, environment.name)


def _place_of(subject: Subject) -> About:
    """Return where it is, which is all that a plan needs: an incident's own facts say it, so nothing of it is read."""
    place = subject.facts.get("environment")
    return find(subject) if place is None else find(Subject(SubjectKind.ENVIRONMENT, "", facts={"environment": place}))


def _standing_of(subject: Subject) -> tuple[str, str]:
    """Return the name of the environment and the status of its integration."""
    place = subject.facts.get("environment")
    if place is None:
        about = find(subject)
        return about.environment, about.integration.status
    environment = _STANDING.get(place)
    return environment.name, environment.integration.status


def _audience_of(subject: Subject, told: Mapping[str, Told]) -> Hashable | None:
    place, event = subject.facts.get("environment"), subject.facts.get("event")
    if subject.kind != SubjectKind.INCIDENT or place is None:
        return None
    if event not in _SEQUELS:
        return place, event
    return (place, event, told[subject.id].keys) if subject.id in told else None


class _Batch:
    """What was read at once for the subjects of a batch; what it does not know it reads when asked, each time."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._keeps = bool(subjects)
        self._abouts = {key: _about(incident) for key, incident in _incidents_of(subjects).items()}
        self._reached: dict[tuple[type[ProblemTopic], int], frozenset[tuple[str, str]]] = {}
        self._public_ids: dict[int | None, str] = {}
        self._asked = open_about_each(SubjectKind.INCIDENT, list(map(str, self._abouts))) if self._abouts else None

    def find(self, subject: Subject) -> About:
        known = self._abouts.get(subject.id) if subject.kind == SubjectKind.INCIDENT else None
        return known or find(subject)

    def can_be_told(self, topic: ProblemTopic, account: Account, recipient: Recipient) -> bool:
        """Say whether the recipient stands on the account's record for the topic, with the address, and unblocked."""
        key = (type(topic), account.pk)
        if key not in self._reached or not self._keeps:
            people = everybody(topic.record(account, utc_now()))
            self._reached[key] = _reached(people)
            self._public_ids |= {one.identity_id: one.public_id for one in people}
        address = (recipient.key, _folded(recipient.address))
        return address in self._reached[key] or address in _reached(_was_on_call(recipient))

    def asking(self, subject: Subject, recipient: Recipient) -> Asking | None:
        """Return what is expected about an incident; who holds the message answers by it only where it is overdue."""
        event = subject.facts.get("event")
        if subject.kind != SubjectKind.INCIDENT or event in _SEQUELS:
            return None
        asked = self._asked if self._asked is not None else open_about_each(subject.kind, [subject.id])
        found = asked.get(subject.id)
        return None if found is None else asking_of(found, recipient, link=event == IncidentEvent.OVERDUE)

    def public_id_of(self, recipient: Recipient) -> str | None:
        """Return the reader's public id where it was read already."""
        return self._public_ids.get(recipient.identity_id) or None


class ProblemTopic(TopicHandler):
    """What these topics share. A subject that ended goes to those of its people who heard that it began."""

    def __init__(self, batch: _Batch | None = None) -> None:
        self._batch = batch or _Batch(())

    def circumstances(self, subject: Subject) -> Circumstances:
        environment, status = _standing_of(subject)
        return Circumstances(
            is_sandbox=environment == EnvironmentName.SANDBOX,
            is_paused=environment == EnvironmentName.PRODUCTION and status == Status.PAUSED,
        )

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        about = _place_of(subject)
        is_sandbox = about.environment == EnvironmentName.SANDBOX
        if is_about_overdue(subject.facts):
            return overdue_facts(about.account, Topic(subject.facts["topic"]), int(subject.facts["passed"]))
        everybody = self.people(about.account, now) if is_sandbox else self.record(about.account, now)
        if subject.facts.get("event") not in _SEQUELS:
            return everybody
        told = told_about(subject.kind, subject.id)
        told = replace(told, keys=told.keys | _told_that_a_rule_disabled(subject))
        without = frozenset({str(subject.facts.get("except", ""))})
        reminded = people_reminded(about.account, everybody.topic, subject.kind, subject.id)
        return TopicFacts(
            topic=everybody.topic,
            everyone=only_told((*everybody.everyone, *everybody.ladder, *reminded), told, without=without),
            listeners=tuple(person for person in everybody.listeners if person.key in told.keys - without),
        )

    def audiences(self, subjects: Sequence[Subject]) -> Sequence[Hashable | None]:
        """Of one environment's problems the same people hear, and of the end of those whom the same people know."""
        ended = [one.id for one in subjects if one.kind == SubjectKind.INCIDENT and one.facts.get("event") in _ENDS]
        told = told_about_each(SubjectKind.INCIDENT, ended) if ended else {}
        return [_audience_of(subject, told) for subject in subjects]

    def people(self, account: Account, now: datetime) -> TopicFacts:
        """Return who stands in the topic's places of an account, and who listens to its sandbox."""
        return replace(self.record(account, now), listeners=accounts.people(accounts.sandbox_listeners(account)))

    @abstractmethod
    def record(self, account: Account, now: datetime) -> TopicFacts:
        """Return who stands in the topic's places of an account at `now`, which is all that production needs."""

    def preloaded(self, subjects: Sequence[Subject]) -> ProblemTopic:
        return type(self)(_Batch(subjects))

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether the recipient stands in one of the topic's places now, and can be written to there.

        Who listens to the sandbox has no right to what happens in production, and the other way round (R2). Who
        has another mailbox since gets it there, in the next round.
        """
        about = self._batch.find(subject)
        if is_about_overdue(subject.facts):
            return may_hear(about.account, Topic(subject.facts["topic"]), recipient)
        if about.environment != EnvironmentName.SANDBOX:
            return self._batch.can_be_told(self, about.account, recipient) or self._was_reminded(subject, recipient)
        listeners = accounts.people(accounts.sandbox_listeners(about.account))
        return (recipient.key, _folded(recipient.address)) in _reached(listeners)

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it is still true. A problem is told even when it is over already: section R, at least one."""
        about = self._batch.find(subject)
        event = subject.facts.get("event")
        if event == IncidentEvent.RESOLVED:
            return about.incident is not None and about.incident.state == IncidentState.RESOLVED
        if event == IncidentEvent.ACKNOWLEDGED:
            return _is_still_acknowledged(about)
        if is_about_overdue(subject.facts) and not is_still_overdue(subject.facts):
            return False
        if event in _WHILE_IT_LASTS:
            return about.incident is not None and about.incident.state != IncidentState.RESOLVED
        return event != "restored" or about.integration.status != Status.DISABLED

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        about = self._batch.find(subject)
        event = str(subject.facts.get("event", ""))
        has_it = _who_has_it(subject) if event == IncidentEvent.ACKNOWLEDGED else ""
        if about.incident is not None:
            reader = self._batch.public_id_of(recipient)
            return words.incident_content(
                about.incident,
                IncidentEvent(event),
                recipient,
                identity_public_id=reader,
                has_it=has_it,
                asking=self._batch.asking(subject, recipient),
            )
        return words.integration_content(about.integration, event, recipient, has_it=has_it)

    def _was_reminded(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether somebody hears of the end who was told only that the answer was overdue."""
        if subject.kind != SubjectKind.INCIDENT or subject.facts.get("event") not in _SEQUELS:
            return False
        account, now = self._batch.find(subject).account, utc_now()
        topic = self.record(account, now).topic
        places = people_reminded(account, topic, subject.kind, subject.id)
        address = (recipient.key, _folded(recipient.address))
        return address in _reached(person for circle in places for person in circle.people)

    def headline(self, subject: Subject, recipient: Recipient) -> Headline:
        said = super().headline(subject, recipient)
        return replace(said, list_link=words.list_link(recipient, self._batch.public_id_of(recipient)))


class ProductionAlert(ProblemTopic):
    """Any problem in production: the alert contacts, all at once."""

    def record(self, account: Account, now: datetime) -> TopicFacts:
        contacts = people_of_field(account, ContactField.ALERT)
        return TopicFacts(topic=Topic.PRODUCTION_ALERT, everyone=(Circle(Reason.ALERT_CONTACT, contacts),))


class TechnicalEmergency(ProblemTopic):
    """An emergency: the emergency contacts in order, then administrators, partner manager, the operator's on-call.

    The operator's administrators are the last step, and the whole of it where nobody is on call.
    """

    def record(self, account: Account, now: datetime) -> TopicFacts:
        manager = account.partner_manager
        ladder = (
            Circle(Reason.EMERGENCY_CONTACT, people_of_field(account, ContactField.EMERGENCY)),
            Circle(Reason.ADMINISTRATOR, accounts.administrators_as_people(account)),
            Circle(Reason.PARTNER_MANAGER, (accounts.person(manager),) if manager else ()),
            Circle(Reason.ON_CALL, people_on_call(now)),
            Circle(Reason.OPERATOR_ADMINISTRATOR, accounts.operator_administrators_as_people()),
        )
        return TopicFacts(
            topic=Topic.TECHNICAL_EMERGENCY,
            ladder=ladder,
            pace=escalation_pace(account),
        )


class ProblemNotice(ProblemTopic):
    """What our own rules found below an emergency, with its evidence: the technical contacts, at once (section R)."""

    def record(self, account: Account, now: datetime) -> TopicFacts:
        contacts = people_of_field(account, ContactField.NON_EMERGENCY)
        return TopicFacts(topic=Topic.TECHNICAL_NOTICE, everyone=(Circle(Reason.NON_EMERGENCY_CONTACT, contacts),))


def _who_has_it(subject: Subject) -> str:
    people = ("acknowledged_by", "acknowledged_through")
    escalation = Escalation.objects.select_related(*people).get(public_id=subject.facts["escalation"])
    return who_has_it(escalation, Reader(addresses=True, staff=False))


def _is_still_acknowledged(about: About) -> bool:
    """Say whether somebody still has it: once it is over, that is said instead."""
    if about.incident is not None:
        return about.incident.state == IncidentState.ACKNOWLEDGED
    return about.integration.status == Status.DISABLED


def _about(incident: Incident) -> About:
    return About(incident.environment.integration, incident.environment.name, incident)


def _incidents_of(subjects: Sequence[Subject]) -> dict[str, Incident]:
    """Return the incidents among the subjects, by the subject's id: one query, and one more for each environment."""
    ids = {int(subject.id) for subject in subjects if subject.kind == SubjectKind.INCIDENT}
    found = list(Incident.objects.filter(pk__in=ids)) if ids else []
    environments = {key: _PLACE.get(key) for key in {incident.environment_id for incident in found}}
    for incident in found:
        incident.environment = environments[incident.environment_id]
    return {str(incident.pk): incident for incident in found}


def _told_that_a_rule_disabled(subject: Subject) -> frozenset[str]:
    """Return who was told of the incidents for which a rule disabled what is now live again, set so by people."""
    if subject.kind != SubjectKind.INTEGRATION or not subject.facts.get("rule"):
        return frozenset()
    disabling = Incident.objects.filter(environment__integration=int(subject.id), facts__disabled=True)
    keys = [str(key) for key in disabling.filter(resolved_at__isnull=True).values_list("pk", flat=True)]
    told = told_about_each(SubjectKind.INCIDENT, keys) if keys else {}
    return frozenset[str]().union(*(one.keys for one in told.values()))


def _was_on_call(recipient: Recipient) -> tuple[Person, ...]:
    """Return the recipient as they are now, who was on call when it was planned and may still read every problem."""
    if Reason.ON_CALL not in recipient.reasons or recipient.identity_id is None:
        return ()
    return accounts.staff_who_see_incidents(recipient.identity_id)


def _reached(people: Iterable[Person]) -> frozenset[tuple[str, str]]:
    """Return the people who can be told, each with every address that is theirs now, of a mailbox or of an endpoint."""
    return frozenset(
        (person.key, _folded(way.address)) for person in people if person.blocked is None for way in person.ways
    )


@lru_cache(maxsize=4096)
def _folded(address: str) -> str:
    return mailbox_key(address) if "@" in address else address


def everybody(facts: TopicFacts) -> tuple[Person, ...]:
    """Return everybody a topic knows, in order, somebody in two places twice."""
    return tuple(person for circle in (*facts.everyone, *facts.ladder) for person in circle.people) + facts.listeners
