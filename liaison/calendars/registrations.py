"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import duty, letters
from liaison.accounts.models import Identity
from liaison.calendars.banner import asked_banner
from liaison.calendars.duty import people_on_call
from liaison.calendars.letters import SUBJECT_KIND, SwapLetter
from liaison.calendars.wording import REFUSALS
from liaison.web import banners, navigation, wording
from liaison.web.navigation import NavigationGroup, NavigationItem


def register_everything() -> None:
    duty.register(people_on_call)
    letters.register(SUBJECT_KIND, SwapLetter())
    wording.register(REFUSALS)
    banners.register(asked_banner)
    staff = NavigationGroup.STAFF
    navigation.register(NavigationItem("rotas", _("On-call rotas"), "rotas", "calendar", 20, _is_staff, staff))
    navigation.register(NavigationItem("holidays", _("Holidays"), "holidays", "sun", 21, _is_staff, staff))


def _is_staff(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return isinstance(user, Identity) and user.is_staff
