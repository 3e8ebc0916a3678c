"""The URL map (`design.md`). A route that is not listed in `tests/matrix/routes.py` fails the build."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from liaison.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
