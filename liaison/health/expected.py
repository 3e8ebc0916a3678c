"""What is expected of a partner about an incident: an answer, from the moment it opens in production (S7).

Whoever works on an emergency, or has solved it, has it: nobody else is called. Whoever acknowledges it has seen it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from liaison.accounts.actors import System
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.audit.actions import ActorRef
from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity, Topic
from liaison.expectations.answering import Answerer, Said, keep_answer
from liaison.expectations.asking import Wish, close_about, expect_each
from liaison.expectations.dues import usual_due
from liaison.expectations.links import may_answer_as
from liaison.expectations.models import Expectation
from liaison.expectations.overdue import overdue_facts_of
from liaison.expectations.subjects import Described, ExpectedSubject
from liaison.expectations.vocabulary import Answer, AnsweredVia, ClosedBecause, Expected
from liaison.health.models import Incident, IncidentState
from liaison.health.titles import title_of
from liaison.health.vocabulary import IncidentEvent, SubjectKind
from liaison.integrations.models import EnvironmentName, Status
from liaison.notifications.actions import announce
from liaison.notifications.escalation.acknowledging import Bearer, acknowledge_escalation
from liaison.notifications.models import NOBODY_HAS_IT, AcknowledgedVia, Escalation
from liaison.notifications.registry import Subject

EXPECTING: Final = frozenset(
    {
        IncidentEvent.OPENED,
        IncidentEvent.REOPENED,
        IncidentEvent.WORSENED,
        IncidentEvent.STILL_THERE,
        IncidentEvent.DISABLED,
    }
)
"""What is told of an incident that asks for an answer."""

_HEALTH: Final = System("health").audit_ref
_VIA: Final[Mapping[AnsweredVia, AcknowledgedVia]] = MappingProxyType(
    {
        AnsweredVia.PAGE: AcknowledgedVia.PORTAL,
        AnsweredVia.API: AcknowledgedVia.API,
        AnsweredVia.LINK: AcknowledgedVia.LINK,
        AnsweredVia.MAIL: AcknowledgedVia.REPLY,
    }
)


def expect_answer(incident: Incident, now: datetime, *, actor: ActorRef = _HEALTH) -> None:
    """Expect an answer about an incident that people are told of; an emergency takes over where it got worse."""
    expect_answers([incident], now, actor=actor)


def expect_answers(incidents: Sequence[Incident], now: datetime, *, actor: ActorRef = _HEALTH) -> None:
    """Do so for incidents of one environment, in as many statements as for one. In the transaction that tells of them.

    Nothing is expected in the sandbox, while the integration is paused, and of what is resolved or kept quiet.
    """
    wanted = [one for one in incidents if one.resolved_at is None and not one.is_quiet]
    if not wanted:
        return
    environment = wanted[0].environment
    integration = environment.integration
    if environment.name != EnvironmentName.PRODUCTION or integration.status == Status.PAUSED:
        return
    account = integration.account
    dues = {topic: usual_due(account, topic, now) for topic in {_topic_of(one) for one in wanted}}
    wishes = [
        Wish(SubjectKind.INCIDENT, str(one.pk), _topic_of(one), Expected.ANSWER, dues[_topic_of(one)]) for one in wanted
    ]
    expect_each(actor=actor, account=account, wishes=wishes, now=now)


def expect_nothing(incident_ids: Collection[str], now: datetime, *, actor: ActorRef = _HEALTH) -> None:
    """Expect no answer any more about incidents that are over. In the transaction that resolves them."""
    if incident_ids:
        close_about(
            subject_kind=SubjectKind.INCIDENT,
            subject_ids=incident_ids,
            because=ClosedBecause.OVER,
            actor=actor,
            now=now,
        )


def seen_by(incident_id: str, bearer: Bearer, *, now: datetime) -> None:
    """Take it for an answer that somebody of the partner acknowledges: they have seen it. The row is locked."""
    rows = Expectation.objects.filter(subject_kind=SubjectKind.INCIDENT, subject_id=incident_id, closed_at=None)
    found = rows.filter(answer="").first()
    if found is None or not _is_of_the_partner(bearer, found):
        return
    answerer = Answerer(
        bearer.actor, bearer.key, AnsweredVia.ACKNOWLEDGED, identity_id=bearer.identity_id, delivery=bearer.delivery
    )
    keep_answer(answerer=answerer, expectation=found, said=Said(Answer.SEEN), now=now)


class ExpectedOfIncident(ExpectedSubject):
    """An incident: what is solved for the partner waits until the trouble is seen to be over."""

    sees = Privilege.STAFF_VIEW_INCIDENTS
    manages = Privilege.STAFF_TAKE_INCIDENTS
    every_message_has_link = False  # what was sent of an incident can be opened as its proof

    def lock(self, subject_id: str) -> None:
        Incident.objects.select_for_update(no_key=True).get(pk=int(subject_id))

    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        rows = Incident.objects.filter(pk__in=map(int, subject_ids)).select_related("environment__integration")
        return {str(one.pk): Described(title_of(one), f"/incidents/{one.public_id}/") for one in rows}

    def repeat(self, expectation: Expectation, *, now: datetime) -> None:
        incident = Incident.objects.get(pk=int(expectation.subject_id))
        facts = overdue_facts_of(expectation) | {"environment": incident.environment_id}
        subject = Subject(SubjectKind.INCIDENT, str(incident.pk), expectation.account_id, facts)
        announce((Topic(expectation.topic),), subject, now=now)

    def is_over(self, subject_id: str) -> bool:
        return not self.goes_on(subject_id)

    def is_quiet(self, subject_id: str) -> bool:
        incident = Incident.objects.select_related("environment__integration").get(pk=int(subject_id))
        environment = incident.environment
        is_paused = environment.integration.status == Status.PAUSED
        return environment.name != EnvironmentName.PRODUCTION or is_paused or incident.is_quiet

    def goes_on(self, subject_id: str) -> bool:
        return Incident.objects.filter(pk=int(subject_id)).exclude(state=IncidentState.RESOLVED).exists()

    def answered(self, expectation: Expectation, answerer: Answerer, *, now: datetime) -> None:
        """Call nobody else where somebody works on it, or says that it is solved."""
        if expectation.answer not in {Answer.WORKING, Answer.SOLVED} or answerer.via not in _VIA:
            return
        rows = Escalation.objects.filter(subject_kind=SubjectKind.INCIDENT, subject_id=expectation.subject_id)
        bearer = Bearer(
            actor=answerer.actor,
            key=answerer.key,
            via=_VIA[answerer.via],
            identity_id=answerer.identity_id,
            delivery=answerer.delivery,
        )
        for escalation in rows.filter(state__in=NOBODY_HAS_IT).select_related("announcement").order_by("pk"):
            acknowledge_escalation(bearer=bearer, escalation=escalation, now=now)


def _topic_of(incident: Incident) -> Topic:
    raises = severities()[Severity(incident.severity)].raises
    return Topic.TECHNICAL_EMERGENCY if Topic.TECHNICAL_EMERGENCY in raises else Topic.PRODUCTION_ALERT


def _is_of_the_partner(bearer: Bearer, expectation: Expectation) -> bool:
    if bearer.identity_id is not None:
        return Identity.objects.filter(pk=bearer.identity_id, domain__account=expectation.account_id).exists()
    return bearer.delivery is not None and may_answer_as(bearer.delivery)
