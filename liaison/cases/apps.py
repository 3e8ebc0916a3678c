"""Cases: one issue each, from its filing to its end, found again in a moment."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "liaison.cases"
    label = "cases"

    def ready(self) -> None:
        from liaison.cases.registrations import register_everything  # noqa: PLC0415  # needs the models

        register_everything()
