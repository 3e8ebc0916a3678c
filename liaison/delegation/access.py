"""The one door to customers: who sees which, who may grant, end and ask. Whose cases are seen, `deciding.py` says."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import DELEGATE, LEGACY, AccountKind, Privilege
from liaison.delegation.deciding import Seat
from liaison.delegation.models import Bond, ReachRow
from liaison.lib.refusals import CommonCode, Forbidden, Missing

DELEGATES: Final = frozenset({AccountKind.RESELLER, AccountKind.SUPPORT_PARTNER})


def is_delegate(actor: Identity) -> bool:
    """Say whether the identity is of an account that works for customers: a reseller or a support partner."""
    return actor.account.kind in DELEGATES


def sees_customers(actor: Identity) -> bool:
    """Say whether the identity sees its customers at all (W3). Their cases need more: `seat_of`."""
    if actor.account.kind == AccountKind.SUPPORT_PARTNER:
        return actor.may(Privilege.VIEW_CASES)
    return actor.account.kind == AccountKind.RESELLER and (
        actor.may(Privilege.VIEW_CUSTOMERS) or not LEGACY.isdisjoint(actor.privileges)
    )


def seat_of(actor: Identity) -> Seat | None:
    """Return for whom the identity reads customers' cases; None where it has no access to them (D5c, D12)."""
    if actor.account.kind == AccountKind.SUPPORT_PARTNER:
        has_access = actor.may(Privilege.VIEW_CASES)
    else:
        has_access = actor.account.kind == AccountKind.RESELLER and (
            actor.privileges >= DELEGATE or not LEGACY.isdisjoint(actor.privileges)
        )
    return Seat(actor.account.pk, actor.domain_id) if has_access else None


def works_for_customers(actor: Identity) -> bool:
    """Say whether the identity may file and change customers' cases where the grant lets its account (D5)."""
    if actor.account.kind == AccountKind.SUPPORT_PARTNER:
        return actor.may(Privilege.WRITE_CASES)
    return seat_of(actor) is not None


def visible_customers(actor: Actor) -> QuerySet[Account]:
    """Return the customers assigned to the signed-in domain, or supported by the account; all for staff (D1)."""
    customers = Account.objects.filter(kind=AccountKind.CUSTOMER)
    if isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_ALL):
        return customers
    if actor.may(Privilege.STAFF_VIEW_ASSIGNED):
        return customers.filter(partner_manager=actor)
    if actor.account.kind == AccountKind.CUSTOMER:
        return customers.filter(pk=actor.account.pk)
    if not sees_customers(actor):
        return customers.none()
    bound = Bond.objects.filter(
        of_seat(Seat(actor.account.pk, actor.domain_id)), customer=OuterRef("pk"), ended_at=None
    )
    return customers.filter(Exists(bound))


def of_seat(seat: Seat) -> Q:
    """Return the condition on bonds, and on what is reached by them, that they are a seat's."""
    return Q(account_id=seat.account) & (Q(domain_id=seat.domain) | Q(domain_id=None))


def customer_for(actor: Actor, slug: str) -> Account:
    """Return a customer that the actor may see, with its sales record, else raise Missing."""
    found = visible_customers(actor).select_related("sales_record").filter(slug=slug.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


def reach_of(actor: Identity, customer: Account) -> ReachRow | None:
    """Return what the actor's account reaches of a customer's cases now; None where that is nothing."""
    seat = seat_of(actor)
    return None if seat is None else ReachRow.objects.filter(of_seat(seat), customer=customer).first()


def customers_reached(seat: Seat, most: int) -> frozenset[int] | None:
    """Return the keys of the customers of whose cases the seat reaches any, None where they are more than `most`."""
    found = _REACHED.rows(seat.account, seat.domain, most + 1)
    return frozenset([key for (key,) in found]) if len(found) <= most else None


def require_granting(actor: Actor, customer: Account) -> None:
    """Raise Missing where the actor does not see the customer, Forbidden where it may not grant for it (W5)."""
    _require_own(actor, customer, Privilege.MANAGE_GRANTS)


def require_revoking(actor: Actor, customer: Account) -> None:
    """Raise the same where the actor may not revoke or narrow for it: every portal user of the customer may (W5)."""
    _require_own(actor, customer, Privilege.VIEW_CASES)


def _require_own(actor: Actor, customer: Account, privilege: Privilege) -> None:
    if isinstance(actor, System):
        return
    if actor.account.pk != customer.pk:
        if visible_customers(actor).filter(pk=customer.pk).exists():
            raise Forbidden(CommonCode.NOT_ALLOWED)
        raise Missing
    if not actor.may(privilege):
        raise Forbidden(CommonCode.NOT_ALLOWED)
