"""Verbs on signed links to a customer's contact: send one, decide by one, confirm the address that follows (W11)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.delegation import access
from liaison.delegation.actions.grants import grant_access, revoke_access
from liaison.delegation.actions.linking import send_link
from liaison.delegation.actions.waiting import decline_waiting
from liaison.delegation.actions.writing import by_link
from liaison.delegation.contactlinks import find_link
from liaison.delegation.models import Bond, ContactLink, Grant, SalesRecord
from liaison.delegation.reaching import lock_customer
from liaison.delegation.vocabulary import CUSTOMER, DelegationCode, GrantLevel, LinkPurpose
from liaison.lib.refusals import Conflict


@transaction.atomic
def send_contact_link(*, actor: Actor, customer: Account, account: Account, now: datetime) -> ContactLink:
    """Let staff mail the customer's contact a link by which it decides what an account that is bound to it may do.

    Raises Forbidden, and Conflict for an account that is not bound, or where nobody can be asked.
    """
    access.require_sending_links(actor, customer)
    customer = lock_customer(customer)
    if not is_bound(customer, account):
        raise Conflict(DelegationCode.NOT_BOUND)
    return send_link(actor=actor.audit_ref, customer=customer, purpose=LinkPurpose.GRANTS, account=account, now=now)


@transaction.atomic
def use_contact_link(*, token: str, level: GrantLevel | None, why: str, now: datetime) -> ContactLink:
    """Decide by a link of the purpose *grants*: `level` is what the account may do from now on, None for nothing.

    Raises Conflict for a link that does not count, and Invalid for a reason that is too long.
    """
    link = take_link(token, LinkPurpose.GRANTS, now)
    account = link.account
    if account is None:
        raise Conflict(DelegationCode.LINK_OVER)
    doer = by_link(link)
    if level is not None:
        grant_access(actor=doer, customer=link.customer, account=account, level=level, why=why, now=now)
    elif Grant.objects.filter(customer=link.customer, account=account, ended_at=None).exists():
        revoke_access(actor=doer, customer=link.customer, account=account, why=why, now=now)
    if level is None:
        decline_waiting(link.customer, account, doer.ref, now)
    return link


@transaction.atomic
def confirm_contact_address(*, token: str, now: datetime) -> SalesRecord:
    """Let the former contact say that links may go to the new address. Raises Conflict for a link that is over."""
    link = take_link(token, LinkPurpose.NEW_ADDRESS, now)
    record_of_customer = SalesRecord.objects.select_for_update(of=("self",)).get(customer=link.customer_id)
    record_of_customer.link_address = record_of_customer.contact_address
    record_of_customer.save(update_fields=["link_address"])
    return record_of_customer


def is_bound(customer: Account, account: Account) -> bool:
    """Say whether the account manages the customer or supports it now."""
    return Bond.objects.filter(customer=customer, account=account, ended_at=None).exists()


def take_link(token: str, purpose: LinkPurpose, now: datetime) -> ContactLink:
    """Use a link up, inside the verb of its purpose. Raises Conflict for one that does not count (any more)."""
    found = find_link(token, purpose, now)
    if found is None:
        raise Conflict(DelegationCode.LINK_OVER)
    lock_customer(found.customer)
    link = find_link(token, purpose, now)  # as it is now that nobody else can use it
    if link is None:
        raise Conflict(DelegationCode.LINK_OVER)
    link.used_at = now
    link.save(update_fields=["used_at"])
    record(
        Happened.CONTACT_LINK_USED,
        actor=ActorRef(ActorKind.LINK, link.public_id),
        subject=SubjectRef(CUSTOMER, str(link.customer_id)),
        account_id=link.customer_id,
        facts={"purpose": link.purpose, "account": link.account_id},
        now=now,
    )
    return link
