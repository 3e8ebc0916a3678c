"""Verbs on invitations (C4, W1): they go by e-mail, expire and work once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from liaison.accounts import links, queries
from liaison.accounts.access import require
from liaison.accounts.actions.checks import Problems, hold_names, lock_account, lock_identity, tell
from liaison.accounts.actions.people import add_identity
from liaison.accounts.actions.roles import require_role_offered
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity, Invitation
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.usernames import free_username
from liaison.accounts.vocabulary import AccountCode, MailKind
from liaison.audit.actions import ActorRef, record
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.lib.refusals import Conflict

LIFETIME: Final = timedelta(days=7)
MOST_AN_HOUR: Final = 50
NUDGE_PAUSE: Final = timedelta(days=1)


@transaction.atomic
def invite_user(
    *,
    actor: Actor,
    account: Account,
    address: str,
    role: PredefinedRole | None = None,
    language: str = "",
    now: datetime,
) -> Invitation:
    """Invite somebody by e-mail for 7 days; without a role chosen they become an editor (W1).

    A second invitation of the address takes the place of the first. Raises Forbidden, Invalid, or Conflict for
    somebody who is in already and for more than 50 invitations of the account in an hour.
    """
    require(actor, Privilege.MANAGE_USERS, account)
    role = role or default_role(AccountKind(account.kind))
    require_role_offered(account, role)
    problems = Problems()
    address = problems.address("address", address)
    problems.language("language", language)
    problems.refuse()
    account = lock_account(account)
    if account.invitations.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise Conflict(AccountCode.TOO_MANY_INVITATIONS)
    if queries.users_of(account).filter(mailbox__iexact=address).exists():
        raise Conflict(AccountCode.ALREADY_A_USER)
    account.invitations.filter(address__iexact=address, accepted_at=None, revoked_at=None).update(revoked_at=now)
    invitation = Invitation.objects.create(
        account=account,
        address=address,
        role=role,
        language=language,
        invited_by=actor if isinstance(actor, Identity) else None,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    _record(Happened.INVITATION_SENT, actor.audit_ref, invitation, now)
    tell(
        MailKind.INVITATION,
        subject_kind="invitation",
        subject_id=invitation.pk,
        account=account,
        now=now,
    )
    return invitation


def default_role(kind: AccountKind) -> PredefinedRole:
    """Return the role of an invitation for which nobody chose one: able to work, not to rule."""
    return PredefinedRole.READ_ONLY_STAFF if kind == AccountKind.OPERATOR else PredefinedRole.EDITOR


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """Take an open invitation back. Raises Forbidden, or Conflict when it is over already."""
    require(actor, Privilege.MANAGE_USERS, invitation.account)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("account").get(pk=invitation.pk)
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise Conflict(AccountCode.INVITATION_OVER)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    _record(Happened.INVITATION_REVOKED, actor.audit_ref, invitation, now)


@transaction.atomic
def accept_invitation(
    *, token: str, name: str, password: str, language: str = "", time_zone: str = "", now: datetime
) -> Identity:
    """Make the invited person's identity; who holds the mailed link proves the mailbox with it.

    Raises Conflict for a link that is unknown, used, replaced, revoked or too old (all alike), Invalid otherwise.
    """
    found = links.find_invitation(token, now)
    if found is None:
        raise Conflict(AccountCode.INVITATION_OVER)
    lock_account(found.account)
    invitation = links.find_invitation(token, now)
    if invitation is None:
        raise Conflict(AccountCode.INVITATION_OVER)
    hold_names()
    problems = Problems()
    unsaved = Identity(
        username=free_username(invitation.address, invitation.account),
        name=problems.line("name", name, 150),
        mailbox=invitation.address,
        mailbox_verified_at=now,
        language=problems.language("language", language),
        time_zone=problems.zone("time_zone", time_zone),
    )
    try:
        validate_password(password, unsaved)
    except ValidationError:
        problems.add("password", AccountCode.WEAK_PASSWORD)
    problems.refuse()
    unsaved.set_password(password)
    link = ActorRef(ActorKind.LINK, invitation.public_id)
    role = PredefinedRole(invitation.role)
    identity = add_identity(actor=link, account=invitation.account, role=role, unsaved=unsaved, now=now)
    invitation.accepted_at = now
    invitation.accepted_by = identity
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record(Happened.INVITATION_ACCEPTED, link, invitation, now)
    return identity


@transaction.atomic
def nudge_administrators(*, actor: Identity, now: datetime) -> None:
    """Ask the administrators of one's own account to give a colleague access (C4), once a day per person.

    Raises Conflict when that was done in the last 24 hours, or when nobody would get the mail.
    """
    actor = lock_identity(actor)
    account = actor.account
    if last_nudge_of(actor, now) is not None:
        raise Conflict(AccountCode.ALREADY_NUDGED)
    if not queries.administrators_of(account).exclude(mailbox="").exclude(pk=actor.pk).exists():
        raise Conflict(AccountCode.NOBODY_TO_NUDGE)
    record(
        Happened.ADMINISTRATORS_NUDGED,
        actor=actor.audit_ref,
        subject=account.audit_ref,
        account_id=account.pk,
        now=now,
    )
    tell(MailKind.NUDGE, subject_kind="identity", subject_id=actor.pk, account=account, now=now)


def last_nudge_of(identity: Identity, now: datetime) -> datetime | None:
    """Return when the identity last nudged its administrators, if that still keeps it from doing so again."""
    return (
        Event.objects.filter(
            kind=Happened.ADMINISTRATORS_NUDGED,
            subject_kind="account",
            subject_id=str(identity.account.pk),
            actor_kind=ActorKind.IDENTITY,
            actor_id=str(identity.pk),
            at__gt=now - NUDGE_PAUSE,
        )
        .order_by("-id")
        .values_list("at", flat=True)
        .first()
    )


def _record(happened: Happened, actor: ActorRef, invitation: Invitation, now: datetime) -> None:
    record(
        happened,
        actor=actor,
        subject=invitation.subject_ref,
        account_id=invitation.account_id,
        facts={"role": invitation.role},
        now=now,
    )
