"""Routes of the support page and of expressions of interest."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
