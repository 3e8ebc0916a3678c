"""Who sees incidents: the account's own people, and staff for the accounts that they see (W2)."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.access import may, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.queries import is_contact
from liaison.health.models import Incident
from liaison.integrations.models import Integration
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.models import Escalation
from liaison.notifications.told import told_about


def visible_incidents(actor: Actor) -> QuerySet[Incident]:
    """Return every incident that the actor may see, with environment, integration and account."""
    incidents = Incident.objects.select_related("environment__integration__account")
    if isinstance(actor, System):
        return incidents
    if actor.may(Privilege.STAFF_VIEW_INCIDENTS):
        return incidents.filter(environment__integration__account__in=visible_accounts(actor))
    if actor.may(Privilege.VIEW_ACCOUNT):
        return incidents.filter(environment__integration__account=actor.account)
    return incidents.none()


def incident_for(actor: Actor, public_id: str) -> Incident:
    """Return an incident that the actor may see, else raise Missing."""
    found = visible_incidents(actor).filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found


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
        return escalations.filter(account_id=actor.account.pk)
    return escalations.none()


def may_acknowledge(actor: Actor, account_id: int | None, subject_kind: str, subject_id: str) -> bool:
    """Say whether an actor who sees a subject may take its escalation.

    Staff may who do not only read, and of the account itself its administrators and editors, its alert and
    emergency contacts, and whoever was told of it.
    """
    if isinstance(actor, System) or actor.may(Privilege.STAFF_TAKE_INCIDENTS):
        return True
    if actor.account.pk != account_id:
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
