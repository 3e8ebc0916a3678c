"""Who reads notices, who raises them, who takes them back (W2, W10).

The people of the account read its notices, its readers too. So do the staff who see the contact information of the
account. Support agents and administrators of the operator write to all accounts, partner managers to their own.
"""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.access import account_for, may, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind, Privilege
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notices.models import Notice


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """Return the notices that the actor may read, with account and integration, the newest first."""
    notices = Notice.objects.select_related("account", "integration", "raised_by", "withdrawn_by").order_by("-pk")
    if isinstance(actor, System):
        return notices
    if actor.may(Privilege.STAFF_VIEW_CONTACTS):
        return notices.filter(account__in=visible_accounts(actor))
    if actor.may(Privilege.VIEW_ACCOUNT):
        return notices.filter(account=actor.account)
    return notices.none()


def sees_notices(actor: Actor) -> bool:
    """Say whether there can be notices for the actor, without a query."""
    if isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_CONTACTS):
        return True
    return actor.account.kind == AccountKind.PARTNER and actor.may(Privilege.VIEW_ACCOUNT)


def require_notices(actor: Actor) -> None:
    """Raise Forbidden where there can be no notices for the actor."""
    if not sees_notices(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def notice_for(actor: Actor, public_id: str) -> Notice:
    """Return a notice that the actor may read, else raise Missing."""
    found = visible_notices(actor).filter(public_id=public_id.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


def partner_for(actor: Actor, slug: str) -> Account:
    """Return a partner account to which the actor writes. Raises Missing, and Forbidden where it only sees it."""
    account = account_for(actor, slug)
    require_write(actor, account)
    return account


def may_write(actor: Actor, account: Account) -> bool:
    """Say whether the actor writes notices to the account, and takes them back."""
    return account.kind == AccountKind.PARTNER and may(actor, Privilege.STAFF_RAISE_NOTICES, account)


def require_write(actor: Actor, account: Account) -> None:
    """Raise Missing for an account that the actor does not see or no partner, Forbidden for one it only sees."""
    if account.kind != AccountKind.PARTNER or not may(actor, Privilege.VIEW_ACCOUNT, account):
        raise Missing
    if not may_write(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)
