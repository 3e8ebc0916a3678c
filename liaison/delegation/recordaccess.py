"""Who reads sales records at the desk and who changes them: staff who see contacts, and those who manage accounts (W2).

What a delegate sees of its customers, `access.py` says.
"""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.delegation import access
from liaison.delegation.models import Correction
from liaison.lib.refusals import Missing


def reads_records(actor: Identity) -> bool:
    """Say whether the identity is staff who sees customers' contacts; an on-call engineer does not."""
    return actor.is_staff and actor.may(Privilege.STAFF_VIEW_CONTACTS)


def may_change(actor: Identity) -> bool:
    return reads_records(actor) and actor.may(Privilege.STAFF_MANAGE_ACCOUNTS)


def record_for(actor: Identity, slug: str) -> Account:
    """Return a customer with its sales record, for staff who read it, else raise Missing."""
    if not reads_records(actor):
        raise Missing
    return access.customer_for(actor, slug)


def correction_for(actor: Identity, public_id: str) -> Correction:
    """Return what somebody asked to be corrected in a record that the actor, of staff, reads, else raise Missing."""
    if not reads_records(actor) or "\x00" in public_id:
        raise Missing
    rows = Correction.objects.select_related("record__customer")
    found = rows.filter(public_id=public_id, record__customer__in=access.visible_customers(actor)).first()
    if found is None:
        raise Missing
    return found


def waiting_corrections(actor: Identity) -> QuerySet[Correction]:
    """Return the corrections that wait for staff, the oldest first."""
    rows = Correction.objects.filter(done_at=None, record__customer__in=access.visible_customers(actor))
    return rows.select_related("record__customer", "asked_by").order_by("pk")
