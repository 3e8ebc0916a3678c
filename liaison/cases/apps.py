"""Cases: one issue each, from its filing to its end, found again in a moment."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "liaison.cases"
    label = "cases"
