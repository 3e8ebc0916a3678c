"""What this room suggests on the home page: endpoints that nothing reaches any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from liaison.accounts.guards import identity_of
from liaison.accounts.rights import AccountKind, Privilege
from liaison.contacts.labels import listed
from liaison.lib.clock import utc_now
from liaison.notifications.endpoints import DisabledBecause
from liaison.notifications.models import Endpoint
from liaison.web.states import Kind
from liaison.web.suggestions import Suggestion

# A receiver that is restarted is no news.
FAILING_FOR: Final = timedelta(hours=1)


def suggest(request: HttpRequest) -> Iterator[Suggestion]:
    identity = identity_of(request)
    if identity.account.kind != AccountKind.PARTNER or not identity.may(Privilege.EDIT_CONTACTS):
        return
    lost = Q(disabled_because__in=(DisabledBecause.GONE, DisabledBecause.FAILING))
    failing = Q(disabled_at=None, failing_since__lte=utc_now() - FAILING_FOR)
    endpoints = Endpoint.objects.filter(lost | failing, account_id=identity.account.pk, removed_at=None)
    names = list(endpoints.order_by("pk").values_list("name", flat=True))
    if names:
        yield Suggestion(
            title=_("Messages do not reach your endpoints"),
            text=_("Nothing is taken there: %(names)s. E-mail goes out as usual.") % {"names": listed(names)},
            label=_("Channels"),
            address=reverse("contact_channels"),
            kind=Kind.WARNING,
            order=20,
        )
