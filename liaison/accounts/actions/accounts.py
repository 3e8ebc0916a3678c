"""Verbs on accounts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts import queries
from liaison.accounts.access import require
from liaison.accounts.actions.checks import Problems, hold_names, lock_account, lock_identity
from liaison.accounts.actors import Actor
from liaison.accounts.changes import follow
from liaison.accounts.models import Account, Domain, Identity, OrgUnit
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.usernames import is_slug, system_domain
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import SupportTier
from liaison.lib.refusals import CommonCode, Conflict, Forbidden


@transaction.atomic
def create_account(
    *, actor: Actor, kind: AccountKind, name: str, slug: str, language: str, time_zone: str, now: datetime
) -> Account:
    """Create an account with its root unit and its system domain.

    Raises Forbidden, Invalid for a bad field, Conflict for a slug that is taken or a second operator.
    """
    if isinstance(actor, Identity):
        require(actor, Privilege.STAFF_MANAGE_ACCOUNTS)
        if kind == AccountKind.OPERATOR:  # the installation makes it, nobody in it can
            raise Forbidden(CommonCode.NOT_ALLOWED)
    problems = Problems()
    name = problems.line("name", name, 200)
    problems.language("language", language, needed=True)
    problems.zone("time_zone", time_zone, needed=True)
    domain = system_domain(slug)
    hold_names()
    if not is_slug(slug):
        problems.add("slug", AccountCode.BAD_SLUG)
    elif Account.objects.filter(slug=slug).exists() or Domain.objects.filter(name=domain).exists():
        problems.add("slug", AccountCode.SLUG_TAKEN)
    problems.refuse()
    if kind == AccountKind.OPERATOR and queries.operator() is not None:
        raise Conflict(AccountCode.OPERATOR_EXISTS)
    account = Account.objects.create(
        slug=slug, name=name, kind=kind, language=language, time_zone=time_zone, created_at=now
    )
    OrgUnit.objects.create(account=account)
    Domain.objects.create(account=account, name=domain, is_system=True, is_primary=True, verified_at=now)
    record(
        Happened.ACCOUNT_CREATED,
        actor=actor.audit_ref,
        subject=account.audit_ref,
        account_id=account.pk,
        facts={"kind": kind, "slug": slug},
        now=now,
    )
    follow(account, now)
    return account


@transaction.atomic
def change_account(
    *, actor: Actor, account: Account, name: str, language: str, time_zone: str, now: datetime
) -> Account:
    """Change the name, the language and the zone of an account. Raises Forbidden or Invalid."""
    require(actor, Privilege.EDIT_ACCOUNT, account)
    problems = Problems()
    name = problems.line("name", name, 200)
    problems.language("language", language, needed=True)
    problems.zone("time_zone", time_zone, needed=True)
    problems.refuse()
    account = lock_account(account)
    wanted = {"name": name, "language": language, "time_zone": time_zone}
    changes = {key: [getattr(account, key), value] for key, value in wanted.items() if getattr(account, key) != value}
    for key, value in wanted.items():
        setattr(account, key, value)
    account.save(update_fields=list(wanted))
    if changes:
        record(
            Happened.ACCOUNT_CHANGED,
            actor=actor.audit_ref,
            subject=account.audit_ref,
            account_id=account.pk,
            changes=changes,
            now=now,
        )
    if "name" in changes:
        follow(account, now)
    return account


@transaction.atomic
def assign_partner_manager(*, actor: Actor, account: Account, manager: Identity | None, now: datetime) -> Account:
    """Assign the partner manager of a partner account, or none.

    Raises Forbidden, Conflict where the account is no partner or the identity no partner manager.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS)
    if account.kind != AccountKind.PARTNER:
        raise Conflict(AccountCode.NOT_A_PARTNER)
    account = lock_account(account)
    if manager is not None:
        manager = lock_identity(manager)
        held = manager.role_assignments.filter(predefined=PredefinedRole.PARTNER_MANAGER, org_unit=None)
        if manager.suspended_at is not None or not held.exists():
            raise Conflict(AccountCode.NOT_A_PARTNER_MANAGER)
    before = account.partner_manager_id
    account.partner_manager = manager
    account.save(update_fields=["partner_manager"])
    record(
        Happened.PARTNER_MANAGER_ASSIGNED,
        actor=actor.audit_ref,
        subject=account.audit_ref,
        account_id=account.pk,
        changes={"partner_manager": [before, manager.pk if manager else None]},
        now=now,
    )
    return account


@transaction.atomic
def set_support_tier(*, actor: Actor, account: Account, tier: SupportTier, now: datetime) -> Account:
    """Say what the support of a partner account covers; premium may escalate cases (D7).

    Setting the tier that it has changes and records nothing. Raises Forbidden, or Conflict where it is no partner.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, account)
    if account.kind != AccountKind.PARTNER:
        raise Conflict(AccountCode.NOT_A_PARTNER)
    account = lock_account(account)
    before = account.support_tier
    if before == tier:
        return account
    account.support_tier = tier
    account.save(update_fields=["support_tier"])
    record(
        Happened.SUPPORT_TIER_CHANGED,
        actor=actor.audit_ref,
        subject=account.audit_ref,
        account_id=account.pk,
        changes={"support_tier": [before, tier.value]},
        now=now,
    )
    return account
