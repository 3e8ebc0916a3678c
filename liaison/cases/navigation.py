"""The entry of this room in the portal's navigation."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.delegation.access import seat_of
from liaison.web.navigation import NavigationItem

_SEES: Final = frozenset({Privilege.VIEW_CASES, Privilege.STAFF_VIEW_CASES, Privilege.STAFF_VIEW_URGENT_CASES})


def sees_cases(request: HttpRequest) -> bool:
    """Say whether there can be cases for the reader. What is shared with others they find by its link."""
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(reader, Identity) and (bool(_SEES & reader.privileges) or seat_of(reader) is not None)


ITEM: Final = NavigationItem(
    key="cases", label=_("Cases"), url_name="cases", icon="message", order=12, visible=sees_cases
)
