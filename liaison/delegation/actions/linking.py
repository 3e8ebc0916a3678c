"""Sending a signed link: what the verbs share that ask a customer's contact (W11). They have checked who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from liaison.accounts.models import Account
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.delegation.contactlinks import LIFETIME
from liaison.delegation.models import ContactLink, SalesRecord
from liaison.delegation.vocabulary import CUSTOMER, DelegationCode, GrantLevel, LinkPurpose
from liaison.lib.refusals import Conflict
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject

SUBJECT_KIND: Final = "contact_link"


def send_link(
    *,
    actor: ActorRef,
    customer: Account,
    purpose: LinkPurpose,
    now: datetime,
    account: Account | None = None,
    level: GrantLevel | None = None,
) -> ContactLink:
    """Mail a link to the customer's contact; earlier ones for the same decision no longer count.

    Raises Conflict where nobody can be asked, or where the contact's address waits for its confirmation.
    """
    address = contact_address(customer)
    return _sent(actor, customer, purpose, address, now, account=account, level=level)


def contact_address(customer: Account) -> str:
    """Return where links go. Raises Conflict where there is no such address, or it waits for its confirmation."""
    found = SalesRecord.objects.filter(customer=customer).first()
    if found is None or not found.contact_address:
        raise Conflict(DelegationCode.NO_CONTACT)
    if not found.link_address:
        raise Conflict(DelegationCode.ADDRESS_WAITS)
    return found.link_address


def ask_former_contact(*, actor: ActorRef, customer: Account, former: str, now: datetime) -> ContactLink | None:
    """Ask the former contact whether links may go to the sales record's new address.

    `former` is where links went until now; empty while an earlier change waits: then whoever was asked about that, by a
    link that this change made void. Returns None where there was no former contact just before: then staff confirm.
    """
    if not former:
        asked = ContactLink.objects.filter(customer=customer, purpose=LinkPurpose.NEW_ADDRESS, used_at=None)
        asked = asked.filter(void_at=now)
        former = asked.order_by("-pk").values_list("address", flat=True).first() or ""
    if not former:
        return None
    return _sent(actor, customer, LinkPurpose.NEW_ADDRESS, former, now)


def _sent(
    actor: ActorRef,
    customer: Account,
    purpose: LinkPurpose,
    address: str,
    now: datetime,
    *,
    account: Account | None = None,
    level: GrantLevel | None = None,
) -> ContactLink:
    ContactLink.objects.filter(
        customer=customer, purpose=purpose, account=account, used_at=None, void_at=None
    ).update(void_at=now)  # fmt: skip
    link = ContactLink.objects.create(
        customer=customer, purpose=purpose, address=address, account=account, level=level or "",
        sent_at=now, expires_at=now + LIFETIME,
    )  # fmt: skip
    record(
        Happened.CONTACT_LINK_SENT,
        actor=actor,
        subject=SubjectRef(CUSTOMER, str(customer.pk)),
        account_id=customer.pk,
        facts={"link": link.public_id, "purpose": purpose.value, "account": account and account.pk},
        now=now,
    )
    announce((Topic.ACCOUNT_MAIL,), Subject(SUBJECT_KIND, str(link.pk), customer.pk), now=now)
    return link
