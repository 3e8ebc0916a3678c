"""Verbs on identities: create, suspend, restore, delete."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts import departures, moves
from liaison.accounts.access import require
from liaison.accounts.actions.checks import Problems, hold_names, lock_account, lock_identity
from liaison.accounts.actions.forwarding import end_forwarding
from liaison.accounts.actions.proofs import ask_for_proof
from liaison.accounts.actions.roles import refuse_last_administrator, require_role_offered
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity, MailboxChange, RoleAssignment
from liaison.accounts.rights import PredefinedRole, Privilege
from liaison.accounts.usernames import domain_of, free_username, is_foreign, is_username
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import Happened
from liaison.lib.refusals import Conflict


@transaction.atomic
def create_identity(
    *,
    actor: Actor,
    account: Account,
    role: PredefinedRole,
    name: str,
    username: str = "",
    mailbox: str = "",
    language: str = "",
    time_zone: str = "",
    now: datetime,
) -> Identity:
    """Create an identity with a role and without a password; it may have no mailbox.

    Without a user name the mailbox gives it. A mailbox named by a person counts once it has proved itself by the
    mail sent there; one named by the system (an import, the demo) is taken as it is. Raises Forbidden or Invalid.
    """
    require(actor, Privilege.MANAGE_USERS, account)
    require_role_offered(account, role)
    problems = Problems()
    name = problems.line("name", name, 150)
    mailbox = problems.address("mailbox", mailbox) if mailbox else ""
    hold_names()
    username = _username(problems, account, username.strip().lower(), mailbox)
    problems.language("language", language)
    problems.zone("time_zone", time_zone)
    problems.refuse()
    is_proved = bool(mailbox) and not isinstance(actor, Identity)
    identity = add_identity(
        actor=actor.audit_ref,
        account=account,
        role=role,
        now=now,
        unsaved=Identity(
            username=username,
            name=name,
            mailbox=mailbox if is_proved else "",
            mailbox_verified_at=now if is_proved else None,
            language=language,
            time_zone=time_zone,
        ),
    )
    if mailbox and not is_proved:
        ask_for_proof(MailboxChange, actor=actor.audit_ref, identity=identity, address=mailbox, now=now)
    return identity


def add_identity(
    *, actor: ActorRef, account: Account, role: PredefinedRole, unsaved: Identity, now: datetime
) -> Identity:
    """Keep a prepared identity of the account, with its first role and its history. For verbs only."""
    unsaved.domain = domain_of(unsaved.username, account)
    unsaved.org_unit = account.org_units.get(parent=None)
    unsaved.created_at = now
    if not unsaved.password:
        unsaved.set_unusable_password()
    unsaved.save()
    RoleAssignment.objects.create(identity=unsaved, predefined=role, given_at=now)
    moves.follow(unsaved, now)
    record(
        Happened.IDENTITY_CREATED,
        actor=actor,
        subject=unsaved.subject_ref,
        account_id=account.pk,
        facts={"role": role},
        now=now,
    )
    return unsaved


@transaction.atomic
def suspend_identity(*, actor: Actor, identity: Identity, now: datetime) -> Identity:
    """Suspend an identity: from this second on it has no session, token or link, and no place as a contact (W13).

    Raises Forbidden, Conflict for oneself, the last administrator or one who is suspended already.
    """
    identity = _hold(actor, identity)
    if identity.suspended_at is not None:
        raise Conflict(AccountCode.ALREADY_SUSPENDED)
    refuse_last_administrator(identity)
    end_forwarding(identity)
    identity.suspended_at = now
    identity.save(update_fields=["suspended_at"])
    identity.refresh_from_db(fields=["is_active"])
    end_access(identity, now)
    departures.follow(identity, actor.audit_ref, now)
    _record(Happened.IDENTITY_SUSPENDED, actor, identity, now)
    return identity


@transaction.atomic
def restore_identity(*, actor: Actor, identity: Identity, now: datetime) -> Identity:
    """Take a suspension back. Sessions and tokens that ended stay ended, and contact roles are not given back."""
    identity = _hold(actor, identity)
    if identity.suspended_at is None:
        raise Conflict(AccountCode.NOT_SUSPENDED)
    identity.suspended_at = None
    identity.save(update_fields=["suspended_at"])
    identity.refresh_from_db(fields=["is_active"])
    _record(Happened.IDENTITY_RESTORED, actor, identity, now)
    return identity


@transaction.atomic
def delete_identity(*, actor: Actor, identity: Identity, now: datetime) -> None:
    """Delete an identity and its personal data; history keeps its id.

    Raises Forbidden, Conflict for oneself or the last administrator, or what an objector gave (C6).
    """
    identity = _hold(actor, identity)
    refuse_last_administrator(identity)
    for objection in departures.objections_to(identity):
        raise objection
    end_access(identity, now)
    departures.follow(identity, actor.audit_ref, now)
    _record(Happened.IDENTITY_DELETED, actor, identity, now)
    identity.delete()


def end_access(identity: Identity, now: datetime) -> None:
    """End every session, token, link and open proof of the identity. For verbs only."""
    identity.sessions.all().delete()
    identity.api_tokens.filter(revoked_at=None).update(revoked_at=now)
    identity.sign_in_links.filter(used_at=None).delete()
    identity.mailbox_changes.filter(confirmed_at=None).delete()
    identity.forwarding_proofs.filter(confirmed_at=None).delete()


def _hold(actor: Actor, identity: Identity) -> Identity:
    require(actor, Privilege.MANAGE_USERS, identity.account)
    if isinstance(actor, Identity) and actor.pk == identity.pk:
        raise Conflict(AccountCode.NOT_YOURSELF)
    lock_account(identity.account)
    return lock_identity(identity)


def _username(problems: Problems, account: Account, wanted: str, mailbox: str) -> str:
    if not wanted:
        if not mailbox:
            problems.add("username", AccountCode.BAD_USERNAME)
            return ""
        return free_username(mailbox, account)
    username = wanted if "@" in wanted else f"{wanted}@{account.domains.get(is_system=True).name}"
    if not is_username(username):
        problems.add("username", AccountCode.BAD_USERNAME)
    elif is_foreign(username, account) or not account.domains.filter(name=username.partition("@")[2]).exists():
        problems.add("username", AccountCode.FOREIGN_USERNAME)
    elif Identity.objects.filter(username=username).exists():
        problems.add("username", AccountCode.USERNAME_TAKEN)
    return username


def _record(happened: Happened, actor: Actor, identity: Identity, now: datetime) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=identity.subject_ref,
        account_id=identity.account.pk,
        now=now,
    )
