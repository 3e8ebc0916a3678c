"""The support page for every situation, and expressions of interest."""

from __future__ import annotations

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "liaison.support"
    label = "support"

    def ready(self) -> None:
        from liaison.support.registrations import register_everything  # noqa: PLC0415  # needs the models

        register_everything()
