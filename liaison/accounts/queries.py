"""Reads of people and accounts that other rooms ask for."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from liaison.accounts.models import Account, ForwardingProof, Identity, Invitation, MailboxChange
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.lib.hours import HoursRow
from liaison.lib.prepared import Prepared
from liaison.notifications.facts import Person, Withheld


def operator() -> Account | None:
    """Return the operator's account; None before the installation has one."""
    return Account.objects.filter(kind=AccountKind.OPERATOR).first()


def users_of(account: Account) -> QuerySet[Identity]:
    """Return all identities of the account, suspended ones too, by name."""
    return Identity.objects.with_account().filter(domain__account=account).order_by("name", "pk")


def holders_of(account: Account, role: PredefinedRole) -> QuerySet[Identity]:
    """Return the identities that hold the role for the whole account, the longest-standing first."""
    return (
        Identity.objects.with_account()
        .filter(
            domain__account=account,
            role_assignments__predefined=role,
            role_assignments__org_unit=None,
        )
        .order_by("pk")
    )


def administrator_role(kind: AccountKind) -> PredefinedRole:
    """Return the role that manages the users of an account of this kind."""
    if kind == AccountKind.OPERATOR:
        return PredefinedRole.OPERATOR_ADMINISTRATOR
    return PredefinedRole.ADMINISTRATOR


def administrators_of(account: Account) -> QuerySet[Identity]:
    """Return the account's administrators who are not suspended."""
    return holders_of(account, administrator_role(AccountKind(account.kind))).filter(is_active=True)


def operator_administrators() -> QuerySet[Identity]:
    """Return the operator's administrators who are not suspended."""
    return (
        Identity.objects.with_account()
        .filter(
            domain__account__kind=AccountKind.OPERATOR,
            role_assignments__predefined=PredefinedRole.OPERATOR_ADMINISTRATOR,
            role_assignments__org_unit=None,
            is_active=True,
        )
        .order_by("pk")
    )


def sandbox_listeners(account: Account) -> QuerySet[Identity]:
    """Return the identities of the account that asked for mail about the sandbox (R2)."""
    return users_of(account).filter(wants_sandbox_mail=True, is_active=True)


def open_invitations(account: Account, now: datetime) -> QuerySet[Invitation]:
    """Return the account's invitations that can still be accepted, newest first."""
    return account.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now).order_by(
        "-created_at", "-pk"
    )


def waiting_mailbox(identity: Identity, now: datetime) -> MailboxChange | None:
    """Return the new mailbox of the identity that still waits for its proof."""
    return identity.mailbox_changes.filter(confirmed_at=None, expires_at__gt=now).first()


def waiting_forwarding(identity: Identity, now: datetime) -> ForwardingProof | None:
    """Return the address to forward to that still waits for its proof."""
    return identity.forwarding_proofs.filter(confirmed_at=None, expires_at__gt=now).first()


def person(identity: Identity) -> Person:
    """Return the identity as the planner knows people: blocked when suspended or without an address.

    Mail goes to the address that the identity forwards it to, else to its mailbox (D10).
    """
    return _at(identity, identity.forwards_to or identity.mailbox)


def person_at_mailbox(identity: Identity) -> Person:
    """Return the same, reached at the mailbox where there is one, whatever is forwarded.

    So come what is about the sign-in itself, and what the contact information names the mailbox for.
    """
    return _at(identity, identity.mailbox or identity.forwards_to)


def _at(identity: Identity, address: str) -> Person:
    blocked = suspended(identity)
    if blocked is None and not address:
        blocked = Withheld.NO_ADDRESS
    return Person(
        key=f"identity:{identity.pk}",
        name=identity.name,
        address=address,
        language=identity.effective_language,
        time_zone=identity.effective_time_zone,
        identity_id=identity.pk,
        blocked=blocked,
        public_id=identity.public_id,
        quiet_hours=quiet_hours(identity),
    )


def quiet_hours(identity: Identity) -> tuple[HoursRow, ...]:
    """Return the hours in which the identity wants only what cannot wait, in its zone. No query."""
    if not identity.quiet_days:
        return ()
    days, zone = frozenset(identity.quiet_days), identity.effective_time_zone
    return (HoursRow(days, identity.quiet_start_minute, identity.quiet_end_minute, zone),)


def suspended(identity: Identity) -> Withheld | None:
    """Return why a suspended identity is told nothing, whatever its address; None for the others."""
    return None if identity.suspended_at is None else Withheld.SUSPENDED


def people(identities: QuerySet[Identity]) -> tuple[Person, ...]:
    """Return the identities as people, in their order, in one query."""
    return tuple(person(identity) for identity in identities)


def administrators_as_people(account: Account) -> tuple[Person, ...]:
    """Return the account's administrators who are not suspended, in one query that is cheap to ask."""
    role = administrator_role(AccountKind(account.kind))
    return tuple(map(person, _HOLDERS.rows(account.pk, role.value)))


def staff_who_see_incidents(*identity_ids: int) -> tuple[Person, ...]:
    """Return those who are of the operator's staff now, not suspended, and see the problems of everybody."""
    found = Identity.objects.with_account().filter(
        pk__in=identity_ids, is_active=True, domain__account__kind=AccountKind.OPERATOR
    )
    needed = (Privilege.STAFF, Privilege.STAFF_VIEW_ALL, Privilege.STAFF_VIEW_INCIDENTS)
    return tuple(person(one) for one in found if all(one.may(privilege) for privilege in needed))


def operator_administrators_as_people() -> tuple[Person, ...]:
    """Return the operator's administrators who are not suspended, in one query that is cheap to ask."""
    return tuple(map(person, _OPERATOR_ADMINISTRATORS.rows()))


# An emergency asks for both, and so does each mail about it.
_HOLDERS = Prepared(lambda account, role: holders_of(account, role).filter(is_active=True), int, str)
_OPERATOR_ADMINISTRATORS = Prepared(operator_administrators)


def roles_of(identity: Identity) -> tuple[PredefinedRole, ...]:
    """Return the predefined roles of the identity for its whole account, strongest first."""
    held = {
        assignment.predefined
        for assignment in identity.role_assignments.all()
        if assignment.predefined and assignment.org_unit_id is None
    }
    return tuple(role for role in PredefinedRole if role in held)
