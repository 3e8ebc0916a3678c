from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "liaison.desk"
    label = "desk"

    def ready(self) -> None:
        from liaison.desk.registrations import register_everything  # noqa: PLC0415  # needs loaded models

        register_everything()
