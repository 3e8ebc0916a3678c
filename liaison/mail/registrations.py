"""What this room adds to the portal's registries."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.mail.wording import WORDS
from liaison.web import wording
from liaison.web.navigation import NavigationGroup, NavigationItem, register


def register_everything() -> None:
    wording.register(WORDS)
    register(
        NavigationItem(
            "incoming_mail", _("Incoming mail"), "incoming_mail", "mail", 60, _sees_mail, NavigationGroup.STAFF
        )
    )


def _sees_mail(request: HttpRequest) -> bool:
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return bool(settings.MAIL_DOMAIN) and isinstance(reader, Identity) and reader.may(Privilege.STAFF_HANDLE_MAIL)
