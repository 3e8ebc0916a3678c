"""The one door to accounts and their people: who may see and who may do. *When* it is possible, the verbs say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, ApiToken, Group, Identity, Invitation
from liaison.accounts.rights import Privilege
from liaison.lib.refusals import CommonCode, Forbidden, Missing

Row = TypeVar("Row", bound=Model)

# What staff need instead of the account's own privilege, to do the same in an account that they may see (W2).
STAFF_INSTEAD: Mapping[Privilege, frozenset[Privilege]] = MappingProxyType(
    {
        Privilege.VIEW_ACCOUNT: frozenset({Privilege.STAFF_VIEW_ALL, Privilege.STAFF_VIEW_ASSIGNED}),
        Privilege.EDIT_ACCOUNT: frozenset({Privilege.STAFF_MANAGE_ACCOUNTS}),
        Privilege.MANAGE_USERS: frozenset({Privilege.STAFF_MANAGE_ACCOUNTS}),
        Privilege.VIEW_CONTACTS: frozenset({Privilege.STAFF_VIEW_CONTACTS}),
    }
)


def visible_accounts(actor: Actor) -> QuerySet[Account]:
    """Return every account that the actor may see: its own; all for staff; the assigned for a partner manager."""
    accounts = Account.objects.all()
    if isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_ALL):
        return accounts
    own = Q(pk=actor.account.pk)
    if actor.may(Privilege.STAFF_VIEW_ASSIGNED):
        return accounts.filter(own | Q(partner_manager=actor))
    return accounts.filter(own)


def account_for(actor: Actor, slug: str) -> Account:
    """Return the account, or raise Missing where the actor may not see it."""
    return _only(visible_accounts(actor).select_related("partner_manager").filter(slug=slug))


def account_with_people_for(actor: Actor, slug: str) -> Account:
    """Return an account whose users the actor may see. Raises Missing or, for the account itself seen, Forbidden."""
    account = account_for(actor, slug)
    if not sees_people(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    return account


def identity_for(actor: Actor, public_id: str) -> Identity:
    """Return an identity of an account whose users the actor may see, or raise Missing."""
    people = Identity.objects.with_account()
    found = _only(people.filter(public_id=_keepable(public_id), domain__account__in=visible_accounts(actor)))
    if not sees_people(actor, found.account):
        raise Missing
    return found


def invitation_for(actor: Actor, public_id: str) -> Invitation:
    """Return an invitation of an account whose users the actor may see, or raise Missing."""
    invitations = Invitation.objects.select_related("account")
    found = _only(invitations.filter(public_id=_keepable(public_id), account__in=visible_accounts(actor)))
    if not sees_people(actor, found.account):
        raise Missing
    return found


def group_for(actor: Actor, public_id: str) -> Group:
    """Return a group of an account whose users the actor may see, or raise Missing."""
    groups = Group.objects.select_related("account")
    found = _only(groups.filter(public_id=_keepable(public_id), account__in=visible_accounts(actor)))
    if not sees_people(actor, found.account):
        raise Missing
    return found


def token_for(actor: Actor, public_id: str) -> ApiToken:
    """Return an API token: one's own, or one of somebody whose users the actor manages. Else raise Missing."""
    tokens = ApiToken.objects.select_related("identity__domain__account")
    token = _only(tokens.filter(public_id=_keepable(public_id)))
    if isinstance(actor, Identity) and token.identity_id == actor.pk:
        return token
    if not may(actor, Privilege.MANAGE_USERS, token.identity.account):
        raise Missing
    return token


def sees_account(actor: Actor, account: Account) -> bool:
    """Say whether the actor may see the account at all, without a query."""
    if isinstance(actor, System) or actor.account.pk == account.pk or actor.may(Privilege.STAFF_VIEW_ALL):
        return True
    return actor.may(Privilege.STAFF_VIEW_ASSIGNED) and account.partner_manager_id == actor.pk


def sees_people(actor: Actor, account: Account) -> bool:
    """Say whether the actor may see the account's users and how they are reached, without a query.

    Of one's own account everybody; of others the staff who see contact information, so no on-call engineer (W2).
    """
    if not isinstance(actor, System) and actor.account.pk == account.pk:
        return True
    return may(actor, Privilege.VIEW_CONTACTS, account)


def may(actor: Actor, privilege: Privilege, account: Account) -> bool:
    """Say whether the actor may do this in the account, without a query.

    In its own account by its own privilege; staff in an account they see by a staff privilege, either asked for
    itself or standing for the account's own one (`STAFF_INSTEAD`).
    """
    if isinstance(actor, System):
        return True
    if actor.account.pk == account.pk and actor.may(privilege):
        return True
    if not sees_account(actor, account):
        return False
    if privilege in _OF_STAFF:
        return actor.may(privilege)
    return any(actor.may(instead) for instead in STAFF_INSTEAD.get(privilege, ()))


def require(actor: Actor, privilege: Privilege, account: Account | None = None) -> None:
    """Raise Forbidden unless the actor may do this, in its own account where none is named."""
    if isinstance(actor, System):
        return
    if not may(actor, privilege, account or actor.account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


_OF_STAFF = frozenset(privilege for privilege in Privilege if privilege.split(".")[0] == "staff")


def _keepable(key: str) -> str:
    """Return the key, or raise Missing for one that nothing kept can have: PostgreSQL refuses to look for a NUL."""
    if "\x00" in key:
        raise Missing
    return key


def _only(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise Missing
    return row
