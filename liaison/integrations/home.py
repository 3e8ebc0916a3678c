"""What this room shows on the home page: how the account's integrations stand, and what somebody should do."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.guards import identity_of
from liaison.integrations.models import Integration, Status
from liaison.integrations.navigation import is_of_partner
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.web.panels import Panel
from liaison.web.states import Kind
from liaison.web.suggestions import Suggestion


def own_integrations(request: HttpRequest) -> Panel | None:
    """Return the integrations of the reader's account, each with its status, or its stage before the launch."""
    if not is_of_partner(request):
        return None
    lines = [
        {"name": kind_name(one.kind), "state": one.status or one.stage, "paused_until": one.paused_until}
        for one in _own(request)
    ]
    return Panel("integrations/own_integrations.html", {"lines": lines}, order=20)


def suggest(request: HttpRequest) -> Iterator[Suggestion]:
    """Name what was disabled, and each pause that should be over."""
    if not is_of_partner(request):
        return
    now = utc_now()
    for one in _own(request):
        if one.status == Status.DISABLED:
            text = _("The operator disabled this integration. Contact support to have it set live again.")
            yield _suggestion(one, text, Kind.BAD, order=6)
        elif one.paused_until is not None and one.paused_until <= now:
            text = _("The planned end of the pause has passed. Resume the integration when the maintenance is over.")
            yield _suggestion(one, text, Kind.WARNING, order=7)


def _own(request: HttpRequest) -> list[Integration]:
    return list(Integration.objects.filter(account=identity_of(request).account).order_by("pk"))


def _suggestion(integration: Integration, text: str, kind: Kind, *, order: int) -> Suggestion:
    return Suggestion(
        title=kind_name(integration.kind),
        text=text,
        label=_("Integrations"),
        address=reverse("account_integrations"),
        kind=kind,
        order=order,
    )
