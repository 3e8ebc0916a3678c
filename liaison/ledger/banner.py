"""The staff's banner: what the last audit of the deliveries found, and that there is none any more."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.slots import slot_of
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_moment
from liaison.notifications.auditing.standing import Health, Standing, standing
from liaison.web.banners import Banner
from liaison.web.states import Kind


def deliveries_banner(request: HttpRequest) -> Banner | None:
    """Return the banner for staff while deliveries need somebody, else None. It says nothing of any account."""
    user = request.user
    if slot_of(request) is None or not isinstance(user, Identity) or not user.may(Privilege.STAFF_VIEW_INCIDENTS):
        return None
    stands = standing(utc_now())
    if stands.health is Health.GOOD:
        return None
    kind = Kind.WARNING if stands.health is Health.TO_LOOK_AT else Kind.BAD
    return Banner(_text(stands), kind, _("See the deliveries"), reverse("desk_deliveries"))


def _text(stands: Standing) -> str:
    if stands.health is Health.TO_LOOK_AT:
        return _("Some messages did not arrive, or arrive late.")
    if stands.health is Health.FAILED:
        return _("Deliveries are in trouble: messages are late, stuck or lost.")
    if stands.at is None:
        return _("Nobody watches over the deliveries yet: the worker does not run.")
    when = format_moment(stands.at, get_language() or "en", timezone.get_current_timezone_name())
    return _("Nobody watches over the deliveries since %(when)s: the worker does not run.") % {"when": when}
