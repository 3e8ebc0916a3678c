"""The URL map (`design.md`). A route that is not listed in `tests/matrix/routes.py` fails the build."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
