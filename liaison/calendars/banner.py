"""The banner of somebody who was asked to swap turns and has not answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.accounts.slots import slot_of
from liaison.calendars.access import may_be_called
from liaison.calendars.models import Swap, SwapState
from liaison.lib.clock import utc_now
from liaison.lib.prepared import PreparedValues
from liaison.web.banners import Banner
from liaison.web.states import Kind


def asked_banner(request: HttpRequest) -> Banner | None:
    """Return the banner about the oldest question that can still be answered. One query, and only for on-call staff."""
    user = request.user
    if slot_of(request) is None or not isinstance(user, Identity) or not may_be_called(user):
        return None
    found = _OLDEST.rows(user.pk, utc_now())
    if not found:
        return None
    public_id, name = found[0]
    return Banner(
        text=_("%(name)s asks you to swap turns of the on-call rota.") % {"name": name},
        kind=Kind.INFO,
        link_label=_("Look at it and answer"),
        address=reverse("swap", kwargs={"public_id": public_id}),
    )


def _oldest(asked: int, now: datetime) -> QuerySet[Swap, Any]:
    ahead = {"asker_starts_at__gt": now, "other_starts_at__gt": now}
    found = Swap.objects.filter(other_id=asked, state=SwapState.ASKED, **ahead).order_by("pk")
    return found.values_list("public_id", "asker__name")[:1]


# Every page of staff who may be called asks it.
_OLDEST: Final = PreparedValues(_oldest, int, datetime)
