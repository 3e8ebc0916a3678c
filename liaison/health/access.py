"""Who sees incidents: the account's own people, and staff for the accounts that they see (W2)."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.access import may, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.health.models import Incident
from liaison.integrations.models import Integration
from liaison.lib.refusals import CommonCode, Forbidden, Missing


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
