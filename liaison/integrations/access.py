"""Who may see and change integrations, keys and brands. What an actor may not see is missing (invariant 6)."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts import access as accounts_access
from liaison.accounts.access import sees_account
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.integrations.models import Brand, IntakeKey, Integration, Pause
from liaison.lib.refusals import CommonCode, Forbidden, Missing


def integration_for(actor: Actor, public_id: str) -> Integration:
    """Return an integration that the actor may see, with its account, else raise Missing."""
    found = Integration.objects.select_related("account").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    visible_account(actor, found.account)
    return found


def pause_for(actor: Actor, public_id: str) -> Pause:
    """Return a pause that the actor may see, with its integration and account, else raise Missing."""
    found = Pause.objects.select_related("integration__account").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    visible_account(actor, found.integration.account)
    return found


def intake_key_for(actor: Actor, public_id: str) -> IntakeKey:
    """Return an intake key, with environment, integration and account, else raise Missing."""
    related = "environment__integration__account"
    found = IntakeKey.objects.select_related(related).filter(public_id=public_id).first()
    if found is None:
        raise Missing
    visible_account(actor, found.environment.integration.account)
    return found


def brand_for(actor: Actor, public_id: str) -> Brand:
    """Return a brand with its account, else raise Missing."""
    found = Brand.objects.select_related("account").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    visible_account(actor, found.account)
    return found


def brand_rows_for(actor: Actor, account: Account) -> QuerySet[Brand]:
    """Return the brands of an account that the actor may see, the default one first."""
    return Brand.objects.filter(account=visible_account(actor, account)).order_by("-is_default", "name", "pk")


def visible_account(actor: Actor, account: Account) -> Account:
    """Return the account when the actor may see what it has here, else raise Missing. No query."""
    if not (sees_account(actor, account) and accounts_access.may(actor, Privilege.VIEW_ACCOUNT, account)):
        raise Missing
    return account


def may(actor: Actor, account: Account, *, own: Privilege | None = None, staff: Privilege | None = None) -> bool:
    """Say whether the actor may: a user of the account by `own`, staff by `staff`. None: nobody of that side."""
    if isinstance(actor, System):
        return True
    if own is not None and actor.account.pk == account.pk and actor.may(own):
        return True
    return staff is not None and accounts_access.may(actor, staff, account)


def require(actor: Actor, account: Account, *, own: Privilege | None = None, staff: Privilege | None = None) -> None:
    """Raise Missing where the actor may not see the account, and Forbidden where it may not do this."""
    visible_account(actor, account)
    if not may(actor, account, own=own, staff=staff):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_launch(actor: Actor, account: Account) -> bool:
    """Say whether the actor launches here: administrators of the operator, and the assigned partner manager (W2)."""
    if may(actor, account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS):
        return True
    is_assigned = isinstance(actor, Identity) and account.partner_manager_id == actor.pk
    return is_assigned and may(actor, account, staff=Privilege.STAFF_LAUNCH_ASSIGNED)
