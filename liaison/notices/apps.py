from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "liaison.notices"
    label = "notices"

    def ready(self) -> None:
        from liaison.notices.registrations import register_everything  # noqa: PLC0415  # needs the models

        register_everything()
