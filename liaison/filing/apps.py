"""Filing a case: the form, its drafts, and what is shown before it is sent."""

from __future__ import annotations

from django.apps import AppConfig


class FilingConfig(AppConfig):
    name = "liaison.filing"
    label = "filing"
