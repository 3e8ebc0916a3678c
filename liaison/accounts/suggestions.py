"""What this room suggests on the home page: a way to be reached, and a way to come back."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.guards import identity_of
from liaison.web.states import Kind
from liaison.web.suggestions import Suggestion


def suggest(request: HttpRequest) -> Iterator[Suggestion]:
    identity = identity_of(request)
    if not identity.has_usable_password():
        yield Suggestion(
            title=_("You have no password"),
            text=_("You came in by a one-time link. Without a password you need a new one each time."),
            label=_("Set a password"),
            address=reverse("account_set_password"),
            kind=Kind.WARNING,
            order=10,
        )
    if not identity.mailbox:
        yield Suggestion(
            title=_("You have no mailbox"),
            text=_("No e-mail reaches you, and you cannot reset your password yourself."),
            label=_("Enter a mailbox"),
            address=reverse("settings_mailbox"),
            kind=Kind.INFO,
            order=50,
        )
