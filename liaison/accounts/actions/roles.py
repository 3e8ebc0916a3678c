"""Verbs on roles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts import queries
from liaison.accounts.access import require
from liaison.accounts.actions.checks import lock_account, lock_identity, tell
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity, RoleAssignment
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege, roles_for
from liaison.accounts.vocabulary import AccountCode, MailKind
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

ACCOUNT_ROLES = frozenset({PredefinedRole.ADMINISTRATOR, PredefinedRole.EDITOR, PredefinedRole.READER})


@transaction.atomic
def give_role(*, actor: Actor, identity: Identity, role: PredefinedRole, now: datetime) -> None:
    """Give a role for the whole account; giving it twice changes nothing. Raises Forbidden or Invalid."""
    identity = _hold(actor, identity)
    require_role_offered(identity.account, role)
    if _give(actor, identity, role, now):
        _tell(identity, now)


@transaction.atomic
def take_role(*, actor: Actor, identity: Identity, role: PredefinedRole, now: datetime) -> None:
    """Take a role away.

    Raises Forbidden, Conflict for a role not held, an account's last administrator, or a partner's only role (W1).
    """
    identity = _hold(actor, identity)
    held = set(identity.role_assignments.filter(org_unit=None).values_list("predefined", flat=True))
    if role not in held:
        raise Conflict(AccountCode.ROLE_NOT_HELD)
    if identity.account.kind == AccountKind.PARTNER and not held & (ACCOUNT_ROLES - {role}):
        raise Conflict(AccountCode.NEEDS_A_ROLE)
    _take(actor, identity, role, now)
    _tell(identity, now)


@transaction.atomic
def change_role(*, actor: Actor, identity: Identity, role: PredefinedRole, now: datetime) -> None:
    """Make this the identity's only predefined role for the whole account.

    Raises Forbidden, Invalid, or Conflict where the account would lose its last administrator.
    """
    identity = _hold(actor, identity)
    require_role_offered(identity.account, role)
    held = identity.role_assignments.filter(org_unit=None, custom=None).values_list("predefined", flat=True)
    others = [PredefinedRole(key) for key in held if key != role]
    given = _give(actor, identity, role, now)
    for other in others:
        _take(actor, identity, other, now)
    if given or others:
        _tell(identity, now)


def require_role_offered(account: Account, role: PredefinedRole) -> None:
    """Raise Invalid for a role that accounts of this kind do not have."""
    if role not in roles_for(AccountKind(account.kind)):
        raise Invalid((FieldProblem("role", AccountCode.ROLE_NOT_OFFERED),))


def refuse_last_administrator(identity: Identity) -> None:
    """Raise Conflict when the account has no other active administrator than this one. Hold the account before."""
    administrators = queries.administrators_of(identity.account)
    is_one = administrators.filter(pk=identity.pk).exists()
    if is_one and not administrators.exclude(pk=identity.pk).exists():
        raise Conflict(AccountCode.LAST_ADMINISTRATOR)


def _hold(actor: Actor, identity: Identity) -> Identity:
    require(actor, Privilege.MANAGE_USERS, identity.account)
    lock_account(identity.account)
    return lock_identity(identity)


def _give(actor: Actor, identity: Identity, role: PredefinedRole, now: datetime) -> bool:
    __, created = RoleAssignment.objects.get_or_create(
        identity=identity, predefined=role, custom=None, org_unit=None, defaults={"given_at": now}
    )
    if created:
        _record(Happened.ROLE_GIVEN, actor, identity, role, now)
    return created


def _take(actor: Actor, identity: Identity, role: PredefinedRole, now: datetime) -> None:
    if role == queries.administrator_role(AccountKind(identity.account.kind)):
        refuse_last_administrator(identity)
    identity.role_assignments.filter(predefined=role, org_unit=None).delete()
    _record(Happened.ROLE_TAKEN, actor, identity, role, now)


def _record(happened: Happened, actor: Actor, identity: Identity, role: PredefinedRole, now: datetime) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=identity.subject_ref,
        account_id=identity.account.pk,
        facts={"role": role},
        now=now,
    )


def _tell(identity: Identity, now: datetime) -> None:
    if identity.suspended_at is None and identity.mailbox:
        tell(
            MailKind.ROLE_CHANGED,
            subject_kind="identity",
            subject_id=identity.pk,
            account=identity.account,
            now=now,
        )
