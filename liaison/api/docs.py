"""The page that lists what the API can do, in the reader's language. It needs nothing that the CSP forbids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from liaison.api.api import PREFIX, api
from liaison.web.gate import public
from liaison.web.pages import render_page

TITLES: Mapping[str, Promise] = MappingProxyType(
    {
        "me": _("You"),
        "accounts": _("Accounts"),
        "users": _("Users"),
        "groups": _("Groups"),
        "invitations": _("Invitations"),
        "contact-information": _("Contact information"),
        "digest": _("When the account hears of what is not urgent"),
        "endpoints": _("Channels"),
        "integrations": _("Integrations"),
        "intake-keys": _("Intake keys"),
        "brands": _("Brands"),
        "signals": _("Signals"),
        "feeds": _("Feeds"),
        "signs-of-life": _("Signs of life"),
        "customers": _("Customers"),
        "cases": _("Cases"),
        "files": _("Files"),
        "incidents": _("Incidents"),
        "marks": _("Deploy marks"),
        "monitoring": _("Monitoring"),
        "escalations": _("Escalations"),
        "expectations": _("What is expected of partners"),
        "notices": _("Notices"),
        "help": _("Help centre"),
        "drills": _("Test messages and drills"),
        "calendars": _("On-call rotas and holidays"),
        "deliveries": _("Deliveries"),
        "plans": _("Who would be told"),
        "rules": _("What counts as a problem"),
        "catalog": _("Catalog"),
    }
)
"""What each resource is called; its operations stand under it, in this order."""


@dataclass(frozen=True)
class OperationLine:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str | Promise
    needs_token: bool


@public
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """List all operations by what they are about, for anybody, also before signing in."""
    groups: dict[str, list[OperationLine]] = {resource: [] for resource in TITLES}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, found in methods.items():
            line = OperationLine(method.upper(), path, found["summary"], "security" in found)
            groups[found["tags"][0]].append(line)
    base = f"{settings.PORTAL_URL}{PREFIX}"
    context = {
        "groups": [(TITLES[resource], lines) for resource, lines in groups.items()],
        "base": base,
        "document": f"{PREFIX}openapi.json",
    }
    return render_page(request, "api/docs.html", context)
