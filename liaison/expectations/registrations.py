"""What this room adds to the portal's registries."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.expectations import home
from liaison.expectations.wording import WORDS
from liaison.web import navigation, suggestions, wording
from liaison.web.navigation import NavigationGroup


def register_everything() -> None:
    wording.register(WORDS)
    suggestions.register(home.suggest)
    navigation.register(
        navigation.NavigationItem("expected_of_you", _("Expected of you"), "expectations", "clock", 24, _is_asked)
    )
    navigation.register(
        navigation.NavigationItem(
            "expected_of_partners",
            _("Expected of partners"),
            "expectations",
            "clock",
            24,
            _asks,
            NavigationGroup.STAFF,
        )
    )


def _is_asked(request: HttpRequest) -> bool:
    return home.sees(request) and not _is_staff(request)


def _asks(request: HttpRequest) -> bool:
    return home.sees(request) and _is_staff(request)


def _is_staff(request: HttpRequest) -> bool:
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(reader, Identity) and reader.is_staff
