"""The sentences of this room: why something is not done, and what a customer lets somebody do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.delegation.vocabulary import DelegationCode, GrantLevel, Tie

REFUSALS: Final[Mapping[StrEnum, Promise]] = MappingProxyType(
    {
        DelegationCode.NOT_GRANTED: _("The customer has not granted access to its cases."),
        DelegationCode.ONLY_VIEW: _(
            "The customer lets you view its cases. It has not granted filing and managing them."
        ),
        DelegationCode.MANAGED_ALREADY: _("This domain manages the customer already."),
        DelegationCode.NOT_MANAGED: _("Nobody manages this customer."),
        DelegationCode.NOT_A_RESELLER: _("Choose a domain of a reseller."),
        DelegationCode.NOT_A_CUSTOMER: _("This account is no customer."),
        DelegationCode.NOT_BOUND: _("This account neither manages the customer nor supports it."),
        DelegationCode.RELATED_ALREADY: _("This account is a support partner of the customer already."),
        DelegationCode.UNKNOWN_PARTNER: _("Choose a support partner from the list."),
        DelegationCode.NEEDS_ADMINISTRATOR: _("Only an administrator of the account can do this."),
        DelegationCode.ASKED_ALREADY: _(
            "Access was asked for less than 7 days ago. Wait for the answer, or ask again later."
        ),
        DelegationCode.GRANTED_ALREADY: _("The customer has granted this already."),
        DelegationCode.NO_CONTACT: _(
            "The customer has no user of the portal and no contact in its sales record, so nobody can be asked."
        ),
        DelegationCode.LINK_OVER: _("This link was used already, or it is older than 7 days, or it no longer counts."),
        DelegationCode.REASON_TOO_LONG: _("The reason is too long: at most 1,000 characters."),
        DelegationCode.ADDRESS_WAITS: _(
            "The address of the contact was changed. No link goes there until the change is confirmed."
        ),
        DelegationCode.ANSWERED_ALREADY: _("This request was answered already."),
        DelegationCode.TOO_MANY_TRIES: _("Too many tries from your network. Wait ten minutes, then try again."),
        DelegationCode.UNKNOWN_LEVEL: _("Choose what the account may do with your cases."),
    }
)

LEVELS: Final[Mapping[GrantLevel, Promise]] = MappingProxyType(
    {
        GrantLevel.VIEW: _("View cases"),
        GrantLevel.MANAGE: _("File and manage cases"),
    }
)

TIES: Final[Mapping[Tie, Promise]] = MappingProxyType(
    {Tie.MANAGES: _("Manager of record"), Tie.SUPPORTS: _("Support partner")}
)


def level_label(level: str) -> str:
    """Return what a grant lets its account do, in the active language; that nothing is granted for an empty level."""
    return str(LEVELS[GrantLevel(level)]) if level else str(_NOTHING)


def span_words(tie: str, level: str) -> str:
    """Return what a span of the history was: a relation, or what was granted."""
    return str(LEVELS[GrantLevel(level)] if level else TIES[Tie(tie)])


_NOTHING: Final = _("No access")
