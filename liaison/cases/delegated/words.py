"""The rules by which cases are seen, and the ways to look at one, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.cases.delegated.proving import Way
from liaison.cases.labels import SHARE_RIGHTS
from liaison.cases.vocabulary import ShareRight
from liaison.delegation.vocabulary import GrantLevel, Rule
from liaison.delegation.wording import level_label

RULES: Final[Mapping[Rule, Promise]] = MappingProxyType(
    {
        Rule.OWN: _("It is a case of this account: its users with access to cases see it."),
        Rule.STAFF: _("Support staff see the cases that they look after."),
        Rule.SHARED: _("The case is shared with this address."),
        Rule.BOUND_WHEN_FILED: _(
            "It worked for the customer when the case was filed, and the customer granted access."
        ),
        Rule.HANDED_OVER: _("The customer handed the case over to it, and granted it access."),
        Rule.NOT_BOUND: _("It does not work for the customer at this time."),
        Rule.NOT_BOUND_WHEN_FILED: _(
            "It did not work for the customer when the case was filed, and the case was not handed over."
        ),
        Rule.NOT_GRANTED: _("The customer grants it no access."),
        Rule.NO_PRIVILEGE: _("The user has no access to customers' cases."),
        Rule.ONLY_VIEW: _("The customer granted it to view cases, no more."),
        Rule.ONLY_READS: _("The role of the user allows to read customers' cases, no more."),
        Rule.ONLY_SHARED: _("The case is shared with this address, and the share allows no more."),
        Rule.NOT_FOR_DELEGATES: _("Only support staff or the users of this account may do this."),
    }
)
WAYS: Final[Mapping[Way, Promise]] = MappingProxyType(
    {
        Way.PAGE: _("Opened the page"),
        Way.API: _("Read it through the API"),
        Way.DOWNLOAD: _("Downloaded an attachment"),
        Way.EXPORT: _("Exported it in a list"),
        Way.ASKED: _("Was refused"),
        Way.ACTION: _("Was refused an action"),
    }
)


def right_label(rule: Rule, right: str) -> str:
    """Return what somebody may do, in the active language; empty for the account itself and for staff."""
    if rule is Rule.SHARED:
        return str(SHARE_RIGHTS[ShareRight(right)])
    return level_label(GrantLevel(right)) if right else ""
