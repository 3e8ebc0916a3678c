"""What expressions of interest put on the home page of the staff who handle them."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from liaison.accounts.guards import identity_of
from liaison.support.access import handles_interests, interests_for
from liaison.support.models import InterestState
from liaison.web.states import Kind
from liaison.web.suggestions import Suggestion


def suggest(request: HttpRequest) -> Iterator[Suggestion]:
    """Say how many wait for a decision; nothing for everybody else. One query for who handles them."""
    reader = identity_of(request)
    if not handles_interests(reader):
        return
    waiting = interests_for(reader).filter(state=InterestState.NEW, confirmed_at__isnull=False).count()
    if waiting:
        yield Suggestion(
            title=_("Somebody is interested in an integration"),
            text=ngettext(
                "%(number)s expression of interest waits for an answer.",
                "%(number)s expressions of interest wait for an answer.",
                waiting,
            )
            % {"number": waiting},
            label=_("Open the list"),
            address=reverse("interests"),
            kind=Kind.INFO,
            order=30,
        )
