"""The menu of the signed-in identity, as `liaison.accounts.context.identity_menu` hands it to the base page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup, escape

from liaison.lib.remembered import remembered
from liaison.web.colours import tone_of
from liaison.web.stencils import Stencil, spoken, stencil

_TEMPLATE: Final = "web/parts.html"
_MACRO: Final = "identity_menu"
_BADGE: Final = "domain_badge"
_WORDS: Final = ("initial", "name", "username", "account_name", "sign_out_address", "csrf_input")
_ADDRESSES: Final = ("settings_address", "add_sign_in_address", "sign_out_of_all_address")


@dataclass(frozen=True, slots=True)
class OtherSignIn:
    """Another identity that is signed in in this browser, and the address of its slot."""

    name: str
    username: str
    account_name: str
    address: str
    domain: str = ""

    @property
    def tone(self) -> int:
        return tone_of(self.domain)


@dataclass(frozen=True, slots=True)
class IdentityMenu:
    """Who is signed in in this tab. An empty address hides its entry; `others` may be lazy."""

    name: str
    username: str
    account_name: str
    sign_out_address: str
    settings_address: str = ""
    add_sign_in_address: str = ""
    sign_out_of_all_address: str = ""
    domain: str = ""
    others: Iterable[OtherSignIn] = field(default_factory=tuple)

    @property
    def initial(self) -> str:
        return (self.name or self.username)[:1].upper()

    def badge(self) -> Markup:
        """Return the domain in its colour, which stands in the bar of every page (D1); nothing without one."""
        if not self.domain:
            return Markup()
        return _badge(*spoken()).html(domain=escape(self.domain), tone=str(tone_of(self.domain)))

    def html(self, csrf_input: str) -> Markup:
        """Return the menu. What is the same for everybody is drawn once; of several sign-ins each time."""
        shown = {
            "initial": self.initial,
            "name": self.name or self.username,
            "username": self.username,
            "account_name": self.account_name,
            "sign_out_address": self.sign_out_address,
            "settings_address": self.settings_address,
            "add_sign_in_address": self.add_sign_in_address,
            "sign_out_of_all_address": self.sign_out_of_all_address,
            "csrf_input": csrf_input,
        }
        others = tuple(self.others)
        if others:
            return stencil(_TEMPLATE, _MACRO, {**shown, "others": others}).html()
        alone = _alone(*spoken(), tuple(name for name in _ADDRESSES if shown[name]))
        return alone.html(**{name: escape(value) for name, value in shown.items()})


@remembered(100)
def _badge(language: str, prefix: str) -> Stencil:  # of the words; stencils all depend on both
    return stencil(_TEMPLATE, _BADGE, {}, ("domain", "tone"))


@remembered(100)
def _alone(language: str, prefix: str, addresses: tuple[str, ...]) -> Stencil:  # of the words and addresses
    hidden = {name: "" for name in _ADDRESSES if name not in addresses}
    return stencil(_TEMPLATE, _MACRO, {**hidden, "others": ()}, (*_WORDS, *addresses))
