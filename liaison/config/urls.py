"""The URL map (`design.md`). A route that is not listed in `tests/matrix/routes.py` fails the build."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from liaison.config import health, metrics
from liaison.web.routing import ByFirstWord

_routes: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.show_metrics, name="metrics"),
    # Few patterns with a beginning of their own, and many programs ask: before the pages it costs these nothing.
    path("", include("liaison.api.urls")),
    path("", include("liaison.web.urls")),
    path("", include("liaison.accounts.urls")),
    path("", include("liaison.integrations.urls")),
    path("", include("liaison.calendars.urls")),
    path("", include("liaison.delegation.urls")),
    path("", include("liaison.delegation.customerurls")),
    path("", include("liaison.files.urls")),
    path("", include("liaison.helpcentre.urls")),
    path("", include("liaison.contacts.urls")),
    path("", include("liaison.expectations.urls")),
    path("", include("liaison.signals.urls")),
    path("", include("liaison.health.urls")),
    path("", include("liaison.drills.urls")),
    path("", include("liaison.notices.urls")),
    path("", include("liaison.monitoring.urls")),
    path("", include("liaison.detection.urls")),
    path("", include("liaison.filing.urls")),
    path("", include("liaison.cases.urls")),
    path("", include("liaison.support.urls")),
    path("", include("liaison.ledger.urls")),
    path("", include("liaison.mail.urls")),
    path("", include("liaison.desk.urls")),
]

if settings.DEMO:
    _routes.append(path("", include("liaison.demo.urls")))

urlpatterns: list[URLPattern | URLResolver] = [ByFirstWord(_routes)]

# allauth looks this one up here, when somebody tries too often.
handler429 = "liaison.accounts.doors.too_many_tries"

# An address that does not exist answers exactly as one that may not be seen (invariant 6).
handler400 = "liaison.web.errors.bad_request"
handler403 = "liaison.web.errors.forbidden"
handler404 = "liaison.web.errors.not_found"
handler500 = "liaison.web.errors.server_error"
