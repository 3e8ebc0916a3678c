"""Words of the list of customers: how it is filtered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.delegation.directory import Standing

STANDINGS: Mapping[Standing, Promise] = MappingProxyType(
    {
        Standing.MANAGE: _("Access: file and manage cases"),
        Standing.VIEW: _("Access: view cases"),
        Standing.NOTHING: _("No access granted yet"),
        Standing.ASKED: _("Asked, not answered yet"),
    }
)
