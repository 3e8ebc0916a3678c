"""Handing cases over: who may, to whom, and which cases there are to hand over (D5, W4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from liaison.accounts import queries
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import AccountKind, Privilege
from liaison.cases import access
from liaison.cases.models import Case, HandOver
from liaison.cases.vocabulary import CaseState
from liaison.delegation.access import visible_customers
from liaison.delegation.deciding import Bound, Span, spans_seen
from liaison.delegation.models import Bond, ReachRow
from liaison.delegation.reaching import facts_of
from liaison.delegation.vocabulary import GrantLevel, Tie
from liaison.lib.refusals import CommonCode, Forbidden, Missing, Refusal
from liaison.notifications.facts import Person

MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Target:
    """An account that cases can be handed over to, since it manages or supports the customer. `level` is granted."""

    account: Account
    tie: Tie
    domain: str
    level: GrantLevel | None
    waiting: int


def hands_over(actor: Actor) -> bool:
    """Say whether the actor may hand over the cases of its own account: a customer's people who manage cases (W4)."""
    return isinstance(actor, System) or (
        actor.account.kind == AccountKind.CUSTOMER and actor.may(Privilege.WRITE_CASES)
    )


def require_handing_over(actor: Actor, customer: Account) -> None:
    """Raise Missing where the actor does not see the customer, Forbidden where it may not hand over for it."""
    if isinstance(actor, System):
        return
    if actor.account.pk == customer.pk:
        if not hands_over(actor):
            raise Forbidden(CommonCode.NOT_ALLOWED)
        return
    if visible_customers(actor).filter(pk=customer.pk).exists():
        raise Forbidden(CommonCode.NOT_ALLOWED)
    raise Missing


def require_taking_back(actor: Actor, case: Case, now: datetime) -> None:
    """Raise the same where the actor, who sees the case, may not take it back; that it asked is kept (D5)."""
    try:
        require_handing_over(actor, case.account)
    except Refusal as refusal:
        refusal.afterwards = access.refusal_of(actor, case, now).afterwards
        raise


def people_who_hand_over(customer: Account) -> tuple[Person, ...]:
    """Return whom the customer's cases are spoken of with: its administrators, without one whoever may hand over."""
    administrators = queries.administrators_as_people(customer)
    if administrators:
        return administrators
    people = Identity.objects.with_account().filter(domain__account=customer, is_active=True).order_by("pk")
    held = people.annotate(held=roles_of_outer("pk"))
    return tuple(queries.person(one) for one in held if Privilege.WRITE_CASES in privileges_in(one.held))


def bond_to(customer: Account, account: Account) -> Bond | None:
    """Return the relation that holds now between a customer and an account."""
    return Bond.objects.filter(customer=customer, account=account, ended_at=None).first()


def account_bound(customer: Account, slug: str) -> Account:
    """Return an account that is bound to the customer now, by its short name. Raises Missing."""
    found = Account.objects.filter(slug=slug.replace("\x00", ""), customers_bound__in=_bonds(customer)).first()
    if found is None:
        raise Missing
    return found


def targets_of(customer: Account) -> tuple[Target, ...]:
    """Return whom the customer can hand cases over to, its manager first, with how many open cases each cannot see."""
    bonds = _bonds(customer).select_related("account", "domain").order_by("tie", "pk")
    levels = dict(ReachRow.objects.filter(customer=customer).values_list("account_id", "level"))
    return tuple(
        Target(
            account=bond.account,
            tie=Tie(bond.tie),
            domain=bond.domain.name if bond.domain else "",
            level=GrantLevel(levels[bond.account_id]) if bond.account_id in levels else None,
            waiting=open_and_unseen(bond).count(),
        )
        for bond in bonds
    )


def open_and_unseen(bond: Bond) -> QuerySet[Case]:
    """Return the customer's open cases that the relation opens neither by their time nor by a hand-over."""
    return unseen_by(bond).exclude(state=CaseState.CLOSED)


def unseen_by(bond: Bond) -> QuerySet[Case]:
    """Return the same with closed ones: what can be handed over. What is granted makes no difference (W9)."""
    spans = _spans_of(bond)
    given = HandOver.objects.filter(case=OuterRef("pk"), account_id=bond.account_id, ended_at=None)
    return Case.objects.filter(~_filed_within(spans), ~Exists(given), account_id=bond.customer_id)


def hand_overs_of(case: Case) -> QuerySet[HandOver]:
    """Return the hand-overs of a case that hold, the oldest first, with their accounts."""
    return HandOver.objects.filter(case=case, ended_at=None).select_related("account", "given_by").order_by("pk")


def targets_unaware_of(case: Case) -> tuple[Account, ...]:
    """Return the accounts that work for the case's customer now and see it neither by its time nor by a hand-over."""
    bonds = _bonds(case.account).select_related("account").order_by("tie", "pk")
    return tuple(bond.account for bond in bonds if unseen_by(bond).filter(pk=case.pk).exists())


def _bonds(customer: Account) -> QuerySet[Bond]:
    return Bond.objects.filter(customer=customer, ended_at=None)


def _spans_of(bond: Bond) -> tuple[Span, ...]:
    bound = Bound(Tie(bond.tie), bond.account_id, Span(bond.begun_at, bond.ended_at), bond.domain_id, bond.pk)
    return tuple(spans_seen(facts_of(bond.customer_id), bound, bond.begun_at))


def _filed_within(spans: tuple[Span, ...]) -> Q:
    found = Q(pk=None)
    for span in spans:
        begun = Q(created_at__gte=span.since)
        found |= begun if span.until is None else begun & Q(created_at__lt=span.until)
    return found
