"""The menu of the signed-in identity, as `liaison.accounts.context.identity_menu` hands it to the base page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OtherSignIn:
    """Another identity that is signed in in this browser, and the address of its slot."""

    name: str
    username: str
    account_name: str
    address: str


@dataclass(frozen=True, slots=True)
class IdentityMenu:
    """Who is signed in in this tab. An empty address hides its entry; `others` may be lazy."""

    name: str
    username: str
    account_name: str
    sign_out_address: str
    settings_address: str = ""
    add_sign_in_address: str = ""
    others: Iterable[OtherSignIn] = field(default_factory=tuple)

    @property
    def initial(self) -> str:
        return (self.name or self.username)[:1].upper()
