"""Verbs on who is bound to a customer: the manager of record by staff, support partners by the customer (D5, D11)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.access import require
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.delegation import access
from liaison.delegation.actions.telling import tell_both, tell_former
from liaison.delegation.actions.writing import begins, checked_reason, end_grant_of, ended, person, tell_changed
from liaison.delegation.models import Bond
from liaison.delegation.reaching import lock_customer, refresh
from liaison.delegation.vocabulary import Change, DelegationCode, Tie
from liaison.lib.refusals import Conflict, FieldProblem, Invalid


@transaction.atomic
def set_manager(*, actor: Actor, customer: Account, domain: Domain, why: str, now: datetime) -> Bond:
    """Make a reseller's domain the manager of record from now on; who managed until now ends at the same instant.

    By staff who manage accounts. Raises Forbidden, Invalid (no customer, no reseller's domain, a reason too long) and
    Conflict where the domain manages the customer already.
    """
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    if customer.kind != AccountKind.CUSTOMER:
        raise Invalid((FieldProblem("customer", DelegationCode.NOT_A_CUSTOMER),))
    if domain.account.kind != AccountKind.RESELLER:
        raise Invalid((FieldProblem("domain", DelegationCode.NOT_A_RESELLER),))
    why = checked_reason(why)
    customer = lock_customer(customer)
    before = _manager(customer)
    if before is not None and before.domain_id == domain.pk:
        raise Conflict(DelegationCode.MANAGED_ALREADY)
    if before is not None:
        ended(before, actor, why, now)
        if before.account_id != domain.account_id:
            end_grant_of(before, actor, now)
    begun = begins(Bond.objects.filter(customer=customer, tie=Tie.MANAGES), now)
    bond = Bond.objects.create(
        customer=customer, tie=Tie.MANAGES, account=domain.account, domain=domain, begun_at=begun,
        begun_by=person(actor), begun_why=why,
    )  # fmt: skip
    refresh(customer.pk, now)
    record(
        Happened.MANAGER_SET,
        actor=actor.audit_ref,
        subject=bond.subject_ref,
        account_id=customer.pk,
        changes={"domain": [before and before.domain_id, domain.pk]},
        facts={"account": domain.account_id},
        now=now,
    )
    if before is not None:
        tell_former(before, now)
    tell_both(Change.MANAGED, bond, now)
    tell_changed(actor.audit_ref, customer, bond.account, now, ended=before, begun=bond)
    return bond


@transaction.atomic
def end_management(*, actor: Actor, customer: Account, why: str, now: datetime) -> Bond:
    """End the management of a customer, who then has no reseller. Raises Forbidden, Invalid and Conflict (nobody's)."""
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    why = checked_reason(why)
    customer = lock_customer(customer)
    bond = _manager(customer)
    if bond is None:
        raise Conflict(DelegationCode.NOT_MANAGED)
    return _end(bond, Happened.MANAGEMENT_ENDED, actor, why, now)


@transaction.atomic
def begin_support(*, actor: Identity, customer: Account, partner: Account, why: str, now: datetime) -> Bond:
    """Begin a support relationship, by an administrator of the customer; nobody approves it (D11).

    Raises Missing, Forbidden, Invalid (no support partner) and Conflict where there is one already.
    """
    access.require_granting(actor, customer)
    if customer.kind != AccountKind.CUSTOMER:
        raise Invalid((FieldProblem("customer", DelegationCode.NOT_A_CUSTOMER),))
    if partner.kind != AccountKind.SUPPORT_PARTNER:
        raise Invalid((FieldProblem("partner", DelegationCode.UNKNOWN_PARTNER),))
    why = checked_reason(why)
    customer = lock_customer(customer)
    if Bond.objects.filter(customer=customer, account=partner, ended_at=None).exists():
        raise Conflict(DelegationCode.RELATED_ALREADY)
    begun = begins(Bond.objects.filter(customer=customer, tie=Tie.SUPPORTS, account=partner), now)
    bond = Bond.objects.create(
        customer=customer, tie=Tie.SUPPORTS, account=partner, begun_at=begun, begun_by=person(actor), begun_why=why
    )
    refresh(customer.pk, now)
    record(
        Happened.SUPPORT_BEGAN,
        actor=actor.audit_ref,
        subject=bond.subject_ref,
        account_id=customer.pk,
        facts={"account": partner.pk},
        now=now,
    )
    tell_both(Change.SUPPORT_BEGAN, bond, now)
    tell_changed(actor.audit_ref, customer, partner, now, begun=bond)
    return bond


@transaction.atomic
def end_support(*, actor: Actor, bond: Bond, why: str, now: datetime) -> Bond:
    """End a support relationship: any portal user of the customer, or an administrator of the partner (D11, W5).

    Raises Missing, Forbidden, Invalid, and Conflict where it is over.
    """
    access.require_ending_support(actor, bond)
    why = checked_reason(why)
    lock_customer(bond.customer)
    current = Bond.objects.select_for_update(of=("self",)).select_related("customer", "account").get(pk=bond.pk)
    if current.tie != Tie.SUPPORTS or not current.is_open:
        raise Conflict(DelegationCode.NOT_BOUND)
    return _end(current, Happened.SUPPORT_ENDED, actor, why, now)


def _end(bond: Bond, happened: Happened, actor: Actor, why: str, now: datetime) -> Bond:
    ended(bond, actor, why, now)
    end_grant_of(bond, actor, now)
    refresh(bond.customer_id, now)
    record(
        happened,
        actor=actor.audit_ref,
        subject=bond.subject_ref,
        account_id=bond.customer_id,
        facts={"account": bond.account_id, "domain": bond.domain_id},
        now=now,
    )
    tell_both(Change.UNMANAGED if bond.tie == Tie.MANAGES else Change.SUPPORT_ENDED, bond, now)
    tell_changed(actor.audit_ref, bond.customer, bond.account, now, ended=bond)
    return bond


def _manager(customer: Account) -> Bond | None:
    rows = Bond.objects.select_related("customer", "account")
    return rows.filter(customer=customer, tie=Tie.MANAGES, ended_at=None).first()
