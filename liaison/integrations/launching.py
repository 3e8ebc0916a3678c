"""The registry of who objects to a launch. Rooms above fill it in `AppConfig.ready()` (C1: contact information)."""

from __future__ import annotations

from collections.abc import Callable

from liaison.accounts.models import Account
from liaison.lib.refusals import Refusal

Objection = Callable[[Account], Refusal | None]
"""Returns why the account's integrations cannot be launched now, or None."""

_objections: list[Objection] = []


def register(objection: Objection) -> None:
    """Add an objection; adding it twice changes nothing."""
    if objection not in _objections:
        _objections.append(objection)


def first_objection(account: Account) -> Refusal | None:
    """Return the first reason why nothing of the account can be launched, None when nobody objects."""
    return next((refusal for objection in _objections if (refusal := objection(account))), None)
