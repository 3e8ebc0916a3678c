"""Finding a support partner by its name or by one of its domains, for a customer that wants one (D11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q

from liaison.accounts.models import Account, Domain
from liaison.accounts.rights import AccountKind
from liaison.delegation.models import Bond
from liaison.lib.refusals import Missing

MOST_FOUND: Final = 20
SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class FoundPartner:
    """A support partner; `is_partner` says that it supports the customer already."""

    slug: str
    name: str
    domains: tuple[str, ...]
    is_partner: bool


def partners_found(customer: Account, question: str) -> list[FoundPartner]:
    """Return the support partners whose name or proven domain has the words in it, by name: one more than are shown.

    Fewer than two characters find nothing: nobody need read a list of all of them.
    """
    question = question.replace("\x00", "")
    if len(question) < SHORTEST:
        return []
    proven = Domain.objects.filter(account=OuterRef("pk"), is_system=False).exclude(verified_at=None)
    partners = Account.objects.filter(kind=AccountKind.SUPPORT_PARTNER)
    named = Q(name__icontains=question) | Exists(proven.filter(name__contains=question.casefold()))
    bound = Bond.objects.filter(customer=customer, account=OuterRef("pk"), ended_at=None)
    found = list(partners.filter(named).annotate(is_partner=Exists(bound)).order_by("name", "pk")[: MOST_FOUND + 1])
    domains = Domain.objects.filter(account__in=found, is_system=False).exclude(verified_at=None).order_by("name")
    names: dict[int, list[str]] = {}
    for domain in domains:
        names.setdefault(domain.account_id, []).append(domain.name)
    return [FoundPartner(one.slug, one.name, tuple(names.get(one.pk, ())), one.is_partner) for one in found]


def partner_for(slug: str) -> Account:
    """Return the support partner with this short name, else raise Missing."""
    found = Account.objects.filter(kind=AccountKind.SUPPORT_PARTNER, slug=slug.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found
