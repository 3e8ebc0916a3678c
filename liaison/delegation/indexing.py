"""Each customer's place in lists and the words that find it: its name, short name, company and contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind
from liaison.delegation.models import DirectoryEntry, SalesRecord
from liaison.lib.searching import vector_of, vector_words
from liaison.lib.text import fold

_LONGEST_NAME = 200


def follow_account(account: Account, now: datetime) -> None:
    """Give a new customer its sales record, and keep up with the names of all of them."""
    if account.kind != AccountKind.CUSTOMER:
        return
    SalesRecord.objects.get_or_create(customer=account, defaults={"company": account.name, "changed_at": now})
    index_customers([account.pk])


def index_customers(customers: Iterable[int]) -> None:
    """Write the entries of these customers (keys) anew, a thousand at a time."""
    found = SalesRecord.objects.filter(customer_id__in=list(customers)).select_related("customer").order_by("pk")
    DirectoryEntry.objects.bulk_create(
        (_entry(record) for record in found.iterator(chunk_size=1000)),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["sort_name", "words"],
    )


def _entry(record: SalesRecord) -> DirectoryEntry:
    customer = record.customer
    texts = (customer.name, customer.slug, record.company, record.contact_name, record.contact_address)
    vector = vector_of(vector_words("\n".join(texts)))
    return DirectoryEntry(
        customer=customer,
        sort_name=fold(customer.name)[:_LONGEST_NAME],
        words=vector,
    )
