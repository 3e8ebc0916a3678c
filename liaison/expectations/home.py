"""What this room says on the home page: what is overdue, and what is expected next."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from liaison.accounts.guards import identity_of
from liaison.accounts.models import Identity
from liaison.expectations.access import sees_expectations, visible_expectations
from liaison.expectations.models import Expectation
from liaison.expectations.vocabulary import Answer
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.web.states import Kind
from liaison.web.suggestions import Suggestion


def suggest(request: HttpRequest) -> Iterator[Suggestion]:
    """Name what is overdue; to a partner also what it has not answered yet. Two queries at most."""
    reader = identity_of(request)
    if not sees_expectations(reader):
        return
    now, open_ones = utc_now(), visible_expectations(reader).filter(closed_at=None)
    overdue = open_ones.filter(due_at__lte=now).count()
    if overdue:
        yield _overdue_of_partners(overdue) if reader.is_staff else _overdue(overdue)
    elif not reader.is_staff:
        first = open_ones.exclude(answer=Answer.WORKING).order_by("due_at", "pk").first()
        if first is not None:
            yield _next(first)


def sees(request: HttpRequest) -> bool:
    """Say whether there can be anything here for the reader: also asked by pages that come before sign-in was read."""
    reader = getattr(request, "user", None)
    return isinstance(reader, Identity) and sees_expectations(reader)


def _overdue_of_partners(count: int) -> Suggestion:
    return Suggestion(
        title=_("Partners have not answered"),
        text=ngettext("%(count)s answer of a partner is overdue.", "%(count)s answers of partners are overdue.", count)
        % {"count": count},
        label=_("Expected of partners"),
        address=reverse("expectations") + "?state=overdue",
        kind=Kind.WARNING,
        order=8,
    )


def _overdue(count: int) -> Suggestion:
    return Suggestion(
        title=_("Your answer is overdue"),
        text=ngettext(
            "The platform operator waits for %(count)s answer.",
            "The platform operator waits for %(count)s answers.",
            count,
        )
        % {"count": count},
        label=_("Answer it"),
        address=reverse("expectations"),
        kind=Kind.BAD,
        order=4,
    )


def _next(first: Expectation) -> Suggestion:
    due = format_moment(first.due_at, get_language() or "en", timezone.get_current_timezone_name())
    return Suggestion(
        title=_("An answer is expected of you"),
        text=_("The next one is expected by %(moment)s.") % {"moment": due},
        label=_("Answer it"),
        address=reverse("expectations"),
        kind=Kind.WARNING,
        order=7,
    )
