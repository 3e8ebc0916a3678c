from __future__ import annotations

from django.apps import AppConfig


class HelpcentreConfig(AppConfig):
    name = "liaison.helpcentre"
    label = "helpcentre"

    def ready(self) -> None:
        from liaison.helpcentre.registrations import register_everything  # noqa: PLC0415  # needs loaded models

        register_everything(self)
