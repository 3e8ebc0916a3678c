"""The sentences of why a case is not shared."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.cases.vocabulary import ShareCode

WORDS: Final[Mapping[StrEnum, Promise]] = MappingProxyType(
    {
        ShareCode.OUTSIDE: _(
            "The administrators of this account let cases be shared only with addresses of these domains: %(domains)s"
        ),
        ShareCode.TOO_MANY: _("This case is shared with %(most)s addresses, which is as many as there can be."),
        ShareCode.TOO_OFTEN: _("You have shared cases with too many addresses within an hour. Try again later."),
        ShareCode.BAD_EXPIRY: _("Choose a day within the next %(days)s days."),
        ShareCode.BAD_RIGHT: _("Choose one of the rights of the list."),
        ShareCode.OVER: _("This sharing has ended already."),
    }
)
