"""The one door to customers: who sees which, who may grant, end and ask. Whose cases are seen, `deciding.py` says."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from liaison.accounts.access import require
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import DELEGATE, LEGACY, LISTS_CUSTOMERS, AccountKind, Privilege
from liaison.delegation.deciding import Seat
from liaison.delegation.models import AccessRequest, Bond, ReachRow
from liaison.delegation.vocabulary import DelegationCode, Tie
from liaison.lib.prepared import PreparedValues
from liaison.lib.refusals import CommonCode, Forbidden, Missing

MOST_BY_KEY: Final = 500
"""Of so many customers at most, whoever lists or searches their cases reads the keys."""
DELEGATES: Final = frozenset({AccountKind.RESELLER, AccountKind.SUPPORT_PARTNER})


def is_delegate(actor: Identity) -> bool:
    """Say whether the identity is of an account that works for customers: a reseller or a support partner."""
    return actor.account.kind in DELEGATES


def sees_customers(actor: Identity) -> bool:
    """Say whether the identity sees its customers at all (W3). Their cases need more: `seat_of`."""
    if actor.account.kind == AccountKind.SUPPORT_PARTNER:
        return actor.may(Privilege.VIEW_CASES)
    return actor.account.kind == AccountKind.RESELLER and not LISTS_CUSTOMERS.isdisjoint(actor.privileges)


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
    seat = seat_of_customers(actor)
    if seat is None:
        return customers.none()
    return customers.filter(Exists(Bond.objects.filter(of_seat(seat), customer=OuterRef("pk"), ended_at=None)))


def seat_of_customers(actor: Identity) -> Seat | None:
    """Return the seat to which the customers are bound that the actor sees; None where others are seen, or none."""
    return Seat(actor.account.pk, actor.domain_id) if sees_customers(actor) else None


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


def customers_reached(seat: Seat) -> frozenset[int] | None:
    """Return the keys of the customers of whose cases the seat reaches any, None for more than MOST_BY_KEY."""
    found = _REACHED.rows(seat.account, seat.domain)
    return frozenset([key for (key,) in found]) if len(found) <= MOST_BY_KEY else None


def own_customer(actor: Identity) -> Account:
    """Return the customer that the actor is a user of, to read who sees its cases.

    Raises Missing for users of other accounts, Forbidden for one who may not read cases.
    """
    if actor.account.kind != AccountKind.CUSTOMER:
        raise Missing
    if not actor.may(Privilege.VIEW_CASES):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    return actor.account


def require_reading_relations(actor: Actor, customer: Account) -> None:
    """Raise Forbidden unless the actor may read who sees the customer's cases: its users and staff, no delegate (W14).

    Of staff those who see contacts: whoever decided by a link stands there with their address (W2). For a customer that
    the actor sees.
    """
    if isinstance(actor, System) or (actor.is_staff and actor.may(Privilege.STAFF_VIEW_CONTACTS)):
        return
    if actor.account.pk != customer.pk or not actor.may(Privilege.VIEW_CASES):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def require_sending_links(actor: Actor, customer: Account) -> None:
    """Raise Forbidden unless the actor is of the staff who manage accounts, for a customer that it sees."""
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)


def bound_account_for(customer: Account, slug: str) -> Account:
    """Return an account that manages or supports the customer now, else raise Missing."""
    bound = Bond.objects.filter(customer=customer, account=OuterRef("pk"), ended_at=None)
    found = Account.objects.filter(Exists(bound), slug=slug.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


def support_bond_for(actor: Actor, customer: Account, slug: str) -> Bond:
    """Return the support relationship of a customer that the actor sees with an account, else raise Missing.

    A delegate sees its own alone, and learns not who else supports the customer (W14).
    """
    bonds = Bond.objects.select_related("customer", "account").filter(customer=customer, tie=Tie.SUPPORTS)
    if isinstance(actor, Identity) and is_delegate(actor):
        bonds = bonds.filter(account=actor.account)
    found = bonds.filter(account__slug=slug.replace("\x00", ""), ended_at=None).first()
    if found is None or not visible_customers(actor).filter(pk=customer.pk).exists():
        raise Missing
    return found


def require_ending_support(actor: Actor, bond: Bond) -> None:
    """Raise Missing or Forbidden where the actor may not end a support relationship (D11, W5).

    Any user of the customer may, and an administrator of the partner.
    """
    if isinstance(actor, Identity) and actor.account.pk == bond.account_id:
        if not sees_customers(actor):
            raise Missing
        if not actor.may(Privilege.MANAGE_GRANTS):
            raise Forbidden(DelegationCode.NEEDS_ADMINISTRATOR)
        return
    require_revoking(actor, bond.customer)


def request_for(customer: Account, public_id: str) -> AccessRequest:
    """Return a request for access to the customer, else raise Missing."""
    rows = AccessRequest.objects.select_related("customer", "account")
    found = rows.filter(customer=customer, public_id=public_id.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


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


def _reached(account: int, domain: int, most: int = MOST_BY_KEY + 1) -> QuerySet[ReachRow, Any]:
    return ReachRow.objects.filter(of_seat(Seat(account, domain))).values_list("customer_id")[:most]


_REACHED: Final = PreparedValues(_reached, int, int)
