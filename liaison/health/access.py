"""Who sees incidents: the account's own people, and staff for the accounts that they see (W2)."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.access import may, sees_account, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import AccountKind, Privilege
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.queries import is_contact
from liaison.health.models import Incident, IncidentComment, Mark
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Integration
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.escalation.subjects import kinds_for_staff
from liaison.notifications.models import Escalation
from liaison.notifications.told import told_about


def visible_incidents(actor: Actor) -> QuerySet[Incident]:
    """Return every incident that the actor may see, with environment, integration and account."""
    incidents = Incident.objects.select_related("environment__integration__account", "owner", "note_by")
    if isinstance(actor, System):
        return incidents
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return incidents.filter(environment__integration__account__in=visible_accounts(actor))
    if actor.may(Privilege.VIEW_ACCOUNT):
        return incidents.filter(environment__integration__account=actor.account)
    return incidents.none()


def sees_incidents_of(actor: Actor, account: Account) -> bool:
    """Say whether the actor may see the incidents of an account, without a query."""
    if isinstance(actor, System):
        return True
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return sees_account(actor, account)
    return actor.may(Privilege.VIEW_ACCOUNT) and account.pk == actor.account.pk


def incident_for(actor: Actor, public_id: str) -> Incident:
    """Return an incident that the actor may see, else raise Missing."""
    found = visible_incidents(actor).filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found


def may_work_on(actor: Actor, incident: Incident) -> bool:
    """Say whether an actor who sees an incident may work on it: the same people who may take its escalation."""
    account_id = incident.environment.integration.account_id
    return may_acknowledge(actor, account_id, SubjectKind.INCIDENT, str(incident.pk))


def require_work(actor: Actor, incident: Incident) -> None:
    """Raise Missing where the actor does not see the incident, Forbidden where it may not work on it."""
    if not visible_incidents(actor).filter(pk=incident.pk).exists():
        raise Missing
    if not may_work_on(actor, incident):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def require_work_as_staff(actor: Actor, incident: Incident) -> None:
    """Do the same for what the operator's people alone may do."""
    require_work(actor, incident)
    if not may_work_as_staff(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_work_as_staff(actor: Actor) -> bool:
    """Say whether the actor works on incidents as staff: only they write what no partner ever sees."""
    return isinstance(actor, System) or actor.may(Privilege.STAFF_TAKE_INCIDENTS)


def visible_comments(actor: Actor, incident: Incident) -> QuerySet[IncidentComment]:
    """Return the comments that the actor may read, in their order: the one door to them.

    What is internal is for staff who see incidents, and for nobody else, on no surface.
    """
    comments = IncidentComment.objects.filter(incident=incident).select_related("by").order_by("pk")
    is_staff = isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_INCIDENTS)
    return comments if is_staff else comments.filter(is_internal=False)


def who_may_have(actor: Actor, incident: Incident) -> tuple[Identity, ...]:
    """Return whom the actor may give an incident: those of its account who work, and for staff also their own people.

    Who does not know the operator's people may still take it from one of them.
    """
    account = incident.environment.integration.account
    # With what each of them may, so that the number of queries does not depend on theirs.
    people = Identity.objects.filter(is_active=True).annotate(held=roles_of_outer("pk")).order_by("name", "pk")
    own = [one for one in people.filter(domain__account=account) if Privilege.EDIT_CONTACTS in privileges_in(one.held)]
    if not may_work_as_staff(actor):
        return tuple(own)
    staff = people.filter(domain__account__kind=AccountKind.OPERATOR)
    return (*own, *(one for one in staff if _takes_incidents(one, account)))


def _takes_incidents(one: Identity, account: Account) -> bool:
    held = privileges_in(one.held)  # type: ignore[attr-defined]  # annotated above
    sees = Privilege.STAFF_VIEW_ALL in held or (
        Privilege.STAFF_VIEW_ASSIGNED in held and account.partner_manager_id == one.pk
    )
    return sees and Privilege.STAFF_TAKE_INCIDENTS in held


def visible_marks(actor: Actor) -> QuerySet[Mark]:
    """Return the deploy marks that the actor may see: of the accounts whose incidents it sees."""
    marks = Mark.objects.select_related("account", "environment__integration")
    if isinstance(actor, System):
        return marks
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return marks.filter(account__in=visible_accounts(actor))
    return marks.filter(account=actor.account) if actor.may(Privilege.VIEW_ACCOUNT) else marks.none()


def escalation_for(actor: Actor, public_id: str) -> Escalation:
    """Return an escalation of something that the actor may see, else raise Missing."""
    people = ("announcement", "acknowledged_by", "acknowledged_through")
    found = Escalation.objects.filter(public_id=public_id.replace("\x00", "")).select_related(*people).first()
    if found is None or not visible_escalations(actor).filter(pk=found.pk).exists():
        raise Missing
    return found


def visible_escalations(actor: Actor) -> QuerySet[Escalation]:
    """Return every escalation whose account's incidents the actor may see."""
    escalations = Escalation.objects.all()
    if isinstance(actor, System):
        return escalations
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return escalations.filter(account_id__in=visible_accounts(actor).values("pk"))
    if actor.may(Privilege.VIEW_ACCOUNT):
        return escalations.filter(account_id=actor.account.pk).exclude(subject_kind__in=kinds_for_staff())
    return escalations.none()


def may_acknowledge(actor: Actor, account_id: int | None, subject_kind: str, subject_id: str) -> bool:
    """Say whether an actor who sees a subject may take its escalation.

    Staff may who do not only read, and of the account itself its administrators and editors, its alert and
    emergency contacts, and whoever was told of it.
    """
    if isinstance(actor, System) or actor.may(Privilege.STAFF_TAKE_INCIDENTS):
        return True
    if actor.account.pk != account_id or subject_kind in kinds_for_staff():
        return False
    if actor.may(Privilege.EDIT_CONTACTS):
        return True
    key = f"identity:{actor.pk}"
    fields = (ContactField.EMERGENCY, ContactField.ALERT)
    return key in told_about(subject_kind, subject_id).keys or is_contact(actor.account.pk, fields, key)


def previewable_integrations(actor: Actor) -> QuerySet[Integration]:
    """Return the integrations about which the actor may ask who would be told: it names people of the record."""
    integrations = Integration.objects.select_related("account").order_by("account__name", "pk")
    if isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_CONTACTS):
        return integrations.filter(account__in=visible_accounts(actor))
    if actor.may(Privilege.VIEW_CONTACTS):
        return integrations.filter(account=actor.account)
    return integrations.none()


def require_preview(actor: Actor, account: Account) -> None:
    """Raise Missing where the actor may not see the account, Forbidden where not its contact information."""
    if not may(actor, Privilege.VIEW_ACCOUNT, account):
        raise Missing
    if not may(actor, Privilege.VIEW_CONTACTS, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def sees_addresses(actor: Actor, account: Account) -> bool:
    """Say whether the actor may read the addresses of the account's contacts."""
    return may(actor, Privilege.VIEW_CONTACTS, account)


def visible_integrations(actor: Actor) -> QuerySet[Integration]:
    """Return the integrations whose incidents the actor may see, with their accounts, by name."""
    integrations = Integration.objects.select_related("account").order_by("account__name", "pk")
    if isinstance(actor, System):
        return integrations
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return integrations.filter(account__in=visible_accounts(actor))
    return integrations.filter(account=actor.account) if actor.may(Privilege.VIEW_ACCOUNT) else integrations.none()
