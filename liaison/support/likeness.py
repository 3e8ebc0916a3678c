"""What staff see before they accept: whom the person may belong to already, and the short name that is offered."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from liaison.accounts.access import visible_accounts
from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.usernames import is_slug, system_domain
from liaison.lib.public_mail import is_public_mail
from liaison.support.models import Interest

MOST: Final = 10
_LONGEST_SLUG: Final = 40


@dataclass(frozen=True, slots=True)
class Likeness:
    """Accounts that the reader may see, how many others there are, and other expressions of interest."""

    accounts: tuple[Account, ...]
    hidden: int
    interests: tuple[Interest, ...]

    def __bool__(self) -> bool:
        return bool(self.accounts or self.hidden or self.interests)


def like(interest: Interest, reader: Identity) -> Likeness:
    """Find accounts and others who asked with this address, its domain or the name of the company. Four queries."""
    domain = interest.address.partition("@")[2].casefold()
    same = Q(name__iexact=interest.company) | Q(domains__identities__mailbox__iexact=interest.address)
    asked = Q(company__iexact=interest.company) | Q(address__iexact=interest.address)
    if not is_public_mail(domain):
        same |= Q(domains__name=domain) | Q(domains__identities__mailbox__iendswith=f"@{domain}")
        asked |= Q(address__iendswith=f"@{domain}")
    keys = set(Account.objects.filter(same).values_list("pk", flat=True)[:100])
    accounts = tuple(visible_accounts(reader).filter(pk__in=keys).order_by("name")[:MOST])
    others = Interest.objects.filter(asked).exclude(pk=interest.pk).select_related("account").order_by("-pk")
    return Likeness(accounts, len(keys) - visible_accounts(reader).filter(pk__in=keys).count(), tuple(others[:MOST]))


def suggested_slug(interest: Interest) -> str:
    """Return a free short name: from the company's Latin letters, else from the domain of the address."""
    base = _slug(interest.company)
    if len(base) < 3:  # noqa: PLR2004  # a name without Latin letters leaves scraps
        base = _slug(interest.address.partition("@")[2].split(".")[0]) or "partner"
    taken = set(Account.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken or Domain.objects.filter(name=system_domain(slug)).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L")).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    return made if is_slug(made) else ""
