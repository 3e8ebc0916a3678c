"""The topic *urgent case*: a new one calls the operator's triage, then who is on call, until somebody has it (S4).

Who triages until the operator says more: everybody of its staff who works on cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.duty import only_told, people_on_call
from liaison.accounts.models import Identity
from liaison.accounts.rights import PREDEFINED_ROLES, AccountKind, Privilege
from liaison.audit.actions import ActorRef
from liaison.cases.letters.urgent import urgent_content
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import CASE, UrgentState
from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import mailbox_key
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.acknowledging import ACKNOWLEDGED
from liaison.notifications.escalation.subjects import Described, EscalatedSubject
from liaison.notifications.facts import Circle, Pace, Person, Reason, TopicFacts
from liaison.notifications.models import Escalation, EscalationState
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler
from liaison.notifications.told import told_about

PACE: Final = Pace(timedelta(minutes=10), rounds=3)
"""How long the triage has, then who is on call, and how often both are called before the operator is alarmed."""


def triage_people() -> tuple[Person, ...]:
    """Return who assesses urgent cases for the operator now: one query."""
    roles = [role.value for role, what in PREDEFINED_ROLES.items() if Privilege.STAFF_WORK_CASES in what.privileges]
    held = Q(role_assignments__predefined__in=roles) | Q(
        role_assignments__custom__privileges__contains=[Privilege.STAFF_WORK_CASES.value]
    )
    staff = Identity.objects.with_account().filter(domain__account__kind=AccountKind.OPERATOR, is_active=True)
    return queries.people(staff.filter(held, role_assignments__org_unit=None).order_by("pk").distinct())


class UrgentCases(TopicHandler):
    """The triage at once, who is on call when nobody of it answers."""

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances()

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        if subject.facts.get("event") == ACKNOWLEDGED:
            return TopicFacts(Topic.URGENT_CASE, _who_was_told(subject, now), of_record=False, is_urgent=True)
        return TopicFacts(Topic.URGENT_CASE, ladder=_ladder(now), of_record=False, pace=PACE, is_urgent=True)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Say whether they triage now, or were on call and are of the staff still; at this address."""
        people = triage_people()
        if Reason.ON_CALL in recipient.reasons and recipient.identity_id is not None:
            people += queries.staff_who_see_incidents(recipient.identity_id)
        return any(
            person.key == recipient.key and person.blocked is None and _is_at(person, recipient.address)
            for person in people
        ) or _is_on_call(recipient)

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it waits for its triage; that somebody has it is said in any case."""
        case = Case.objects.filter(pk=int(subject.id)).only("urgent_state", "state").first()
        if case is None:
            return False
        return subject.facts.get("event") == ACKNOWLEDGED or waits_for_triage(case)

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        case = Case.objects.select_related("account").get(pk=int(subject.id))
        has_it = ""
        if subject.facts.get("event") == ACKNOWLEDGED:
            standing = urgent_standing(case)
            has_it = standing.has_it if standing else ""
        return urgent_content(case, recipient, has_it=has_it, is_taken=subject.facts.get("event") == ACKNOWLEDGED)


class EscalatedCase(EscalatedSubject):
    """An urgent case that was called out. Whoever has it goes on to assess it; the case itself stays as it is."""

    is_for_staff: ClassVar[bool] = True

    def lock(self, subject_id: str) -> None:
        Case.objects.select_for_update(no_key=True).get(pk=int(subject_id))

    def acknowledged(self, subject_id: str, *, actor: ActorRef, now: datetime) -> None:
        """Change nothing: that somebody has it is no assessment."""

    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        """Name cases by number and account alone: whoever is called need not be allowed to read them (W2)."""
        rows = Case.objects.filter(pk__in=map(int, subject_ids)).select_related("account")
        return {
            str(case.pk): Described(
                title=_("Urgent case %(number)s") % {"number": shown(case.number)},
                account_name=case.account.name,
                since=case.created_at,
                path=f"/cases/{case.number}",
            )
            for case in rows
        }


@dataclass(frozen=True, slots=True)
class UrgentStanding:
    """How the calling about an urgent case stands. `has_it` is a name, empty while nobody has it."""

    is_calling: bool
    has_it: str
    since: datetime | None


def urgent_standing(case: Case) -> UrgentStanding | None:
    """Return what the filer sees of it: whether support is called, and who has it; None for no call. One query."""
    calls = Escalation.objects.filter(subject_kind=CASE, subject_id=str(case.pk), topic=Topic.URGENT_CASE)
    found = calls.select_related("acknowledged_by", "acknowledged_through").order_by("-pk").first()
    if found is None:
        return None
    has_it = ""
    if found.state == EscalationState.ACKNOWLEDGED:
        through = found.acknowledged_through
        by = getattr(found.acknowledged_by, "name", "")
        has_it = found.acknowledged_name or by or (through.name if through else "") or _("Support")
    return UrgentStanding(found.state == EscalationState.RUNNING, has_it, found.ended_at)


def waits_for_triage(case: Case) -> bool:
    return case.urgent_state == UrgentState.CLAIMED and not case.is_closed


def _ladder(now: datetime) -> tuple[Circle, ...]:
    return (Circle(Reason.TRIAGE, triage_people()), Circle(Reason.ON_CALL, people_on_call(now)))


def _who_was_told(subject: Subject, now: datetime) -> tuple[Circle, ...]:
    told = told_about(subject.kind, subject.id)
    return only_told(_ladder(now), told, without=frozenset({str(subject.facts.get("except", ""))}))


def _is_on_call(recipient: Recipient) -> bool:
    """Say whether somebody of no identity is on call now; an identity is judged by what it may."""
    if recipient.identity_id is not None or Reason.ON_CALL not in recipient.reasons:
        return False
    return any(one.key == recipient.key and _is_at(one, recipient.address) for one in people_on_call(utc_now()))


def _is_at(person: Person, address: str) -> bool:
    """Say whether one of the person's ways leads to the address: a mailbox, or another endpoint."""
    wanted: Any = mailbox_key(address)
    return any((mailbox_key(way.address) if "@" in way.address else way.address) == wanted for way in person.ways)
