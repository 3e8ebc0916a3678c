"""The caller's language and zone: what `Accept-Language` asks for, else the identity's own, else the house's."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

from liaison.accounts.models import Identity
from liaison.lib.languages import best_language
from liaison.lib.zones import is_zone, zone_info


def language_of(request: HttpRequest, identity: Identity | None = None) -> str:
    """Return the code of the language to answer in."""
    default = identity.effective_language if identity else settings.LANGUAGE_CODE
    return best_language(request.headers.get("Accept-Language", ""), default)


def speak_to(request: HttpRequest, identity: Identity) -> None:
    """Answer this identity in its words from here on; the edge puts back what was active before."""
    translation.activate(language_of(request, identity))
    if is_zone(identity.effective_time_zone):
        timezone.activate(zone_info(identity.effective_time_zone))
