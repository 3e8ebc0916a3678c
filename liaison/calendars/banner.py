"""The banner of somebody who was asked to swap turns and has not answered."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.calendars.access import may_be_called
from liaison.calendars.models import Swap, SwapState
from liaison.lib.clock import utc_now
from liaison.web.banners import Banner
from liaison.web.states import Kind


def asked_banner(request: HttpRequest) -> Banner | None:
    """Return the banner about the oldest question that can still be answered. One query, and only for on-call staff."""
    user = request.user
    if slot_of(request) is None or not isinstance(user, Identity) or not may_be_called(user):
        return None
    ahead = {"asker_starts_at__gt": utc_now(), "other_starts_at__gt": utc_now()}
    asked = Swap.objects.filter(other=user, state=SwapState.ASKED, **ahead).select_related("asker").order_by("pk")
    found = asked.first()
    if found is None:
        return None
    return Banner(
        text=_("%(name)s asks you to swap turns of the on-call rota.") % {"name": found.asker.name},
        kind=Kind.INFO,
        link_label=_("Look at it and answer"),
        address=reverse("swap", kwargs={"public_id": found.public_id}),
    )
