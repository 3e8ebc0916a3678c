"""What every page knows of the people signed in in this browser. Nothing is read unless the page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from liaison.accounts.models import Identity
from liaison.accounts.sessions import cookie_name, identities_in_browser
from liaison.accounts.slots import SLOTS, in_slot, path_in_slots, slot_of
from liaison.web.addresses import address_of
from liaison.web.identity_menu import IdentityMenu, OtherSignIn


def identity_menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `identity_menu`, falsy for somebody signed out."""
    return {"identity_menu": SimpleLazyObject(lambda: _menu(request))}


def _menu(request: HttpRequest) -> IdentityMenu | None:
    identity = getattr(request, "user", None)
    slot = slot_of(request)
    if not isinstance(identity, Identity) or slot is None:
        return None
    browser = _Browser(request, slot)
    return IdentityMenu(
        name=identity.name,
        username=identity.username,
        account_name=identity.account.name,
        domain=identity.domain.name,
        sign_out_address=address_of("account_logout"),
        settings_address=address_of("settings"),
        add_sign_in_address=browser.address_of_free_slot(),
        sign_out_of_all_address=address_of("sign_out_of_all") if browser.has_others else "",
        others=browser,
    )


class _Browser:
    """The other slots of the browser; read in one query, and not at all when it has no other cookie."""

    def __init__(self, request: HttpRequest, slot: int) -> None:
        self._request = request
        self._slot = slot

    def __iter__(self) -> Iterator[OtherSignIn]:
        for slot, identity in self._signed_in.items():
            if slot != self._slot:
                yield OtherSignIn(
                    name=identity.name,
                    username=identity.username,
                    account_name=identity.account.name,
                    address=in_slot(slot),
                    domain=identity.domain.name,
                )

    @property
    def has_others(self) -> bool:
        return any(slot != self._slot for slot in self._signed_in)

    def address_of_free_slot(self) -> str:
        free = next((slot for slot in SLOTS if slot != self._slot and slot not in self._signed_in), None)
        return "" if free is None else in_slot(free, path_in_slots(address_of("account_login")))

    @cached_property
    def _signed_in(self) -> dict[int, Identity]:
        cookies = self._request.COOKIES
        if not any(cookie_name(slot) in cookies for slot in SLOTS if slot != self._slot):
            return {}
        return identities_in_browser(self._request)
