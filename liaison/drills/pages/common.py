"""What the pages of this room share: whose account is meant, and where its pages are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of
from liaison.accounts.models import Account
from liaison.drills.access import may_run


@dataclass(frozen=True)
class Place:
    """An account as its pages are reached: one's own without a name, any other by its slug."""

    account: Account
    is_own: bool
    may_run: bool

    def address(self, name: str) -> str:
        """Return the address of a page of the account: `drills`, `start_drill`, `drill_schedule`, `tests`."""
        return reverse(name) if self.is_own else reverse(f"account_{name}", kwargs={"slug": self.account.slug})

    @property
    def context(self) -> dict[str, Any]:
        names = ("drills", "start_drill", "drill_schedule", "test_messages")
        return {
            "account": self.account,
            "is_own": self.is_own,
            "may_run": self.may_run,
            "addresses": {name: self.address(name) for name in names},
        }


def place_of(request: HttpRequest, slug: str = "") -> Place:
    """Return the place of one's own account, or of the one named. Raises Missing where the reader may not see it."""
    reader = identity_of(request)
    return place_for(request, account_for(reader, slug) if slug else reader.account)


def place_for(request: HttpRequest, account: Account) -> Place:
    reader = identity_of(request)
    return Place(account, account.pk == reader.account.pk, may_run(reader, account))
