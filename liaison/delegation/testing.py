"""Customers, resellers and support partners for tests and the demo."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.testing import make_account, make_identity
from liaison.delegation.indexing import index_customers
from liaison.delegation.models import SalesRecord
from liaison.lib.clock import utc_now


def make_customer(slug: str = "trattoria", *, now: datetime | None = None, people: bool = True) -> Account:
    """Make a customer with its sales record, and Ugo, who administers it."""
    customer = make_account(slug, AccountKind.CUSTOMER, now=now)
    make_sales_record(customer, now=now)
    if people:
        make_identity(customer, PredefinedRole.ADMINISTRATOR, "Ugo User", language="en", now=now)
    return customer


def make_sales_record(customer: Account, *, now: datetime | None = None) -> SalesRecord:
    """Make the record that sales has of a customer, with a contact to whom signed links go."""
    contact = f"contact@{customer.slug}.test"
    made, _is_new = SalesRecord.objects.update_or_create(
        customer=customer,
        defaults={
            "company": customer.name,
            "address": "Via Roma 1\n00100 Roma",
            "contact_name": "Carla Conti",
            "contact_address": contact,
            "link_address": contact,
            "changed_at": now or utc_now(),
        },
    )
    index_customers([customer.pk])
    return made


def make_delegate(
    slug: str = "resold",
    kind: AccountKind = AccountKind.RESELLER,
    role: PredefinedRole = PredefinedRole.ADMINISTRATOR,
    *,
    now: datetime | None = None,
) -> Identity:
    """Make a reseller or support partner, and return Rita, who works there."""
    return make_identity(make_account(slug, kind, now=now), role, "Rita Reseller", language="en", now=now)


def person_of(account: Account) -> Identity:
    """Return the first person of an account."""
    return Identity.objects.with_account().filter(domain__account=account).order_by("pk")[0]


def add_domain(account: Account, name: str, *, now: datetime | None = None) -> Domain:
    """Give an account one more domain, proven."""
    return Domain.objects.create(account=account, name=name, verified_at=now or utc_now())
