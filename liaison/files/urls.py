"""Routes of files on their way in."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
