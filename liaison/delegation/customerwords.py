"""Words of the list of customers, of sales records and of domains."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.delegation.directory import Standing
from liaison.delegation.vocabulary import RecordCode

STANDINGS: Mapping[Standing, Promise] = MappingProxyType(
    {
        Standing.MANAGE: _("Access: file and manage cases"),
        Standing.VIEW: _("Access: view cases"),
        Standing.NOTHING: _("No access granted yet"),
        Standing.ASKED: _("Asked, not answered yet"),
    }
)

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        RecordCode.TOO_LONG: _("This is longer than %(most)s characters."),
        RecordCode.NEEDED: _("This is required."),
        RecordCode.DONE_ALREADY: _("Somebody has dealt with this already."),
        RecordCode.TOO_MANY_WAIT: _("Several corrections of this sales record wait already. Support deals with them."),
        RecordCode.NOTHING_WAITS: _("No change of the contact's address waits to be confirmed."),
        RecordCode.BAD_DOMAIN: _("Enter a domain, for example example.com."),
        RecordCode.DOMAIN_TAKEN: _("An account owns this domain already."),
        RecordCode.PUBLIC_DOMAIN: _("Everybody can have an address in this domain, so no account can own it."),
        RecordCode.NO_DOMAINS: _("Only resellers and support partners get domains here."),
    }
)
