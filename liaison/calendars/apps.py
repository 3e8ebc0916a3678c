from __future__ import annotations

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "liaison.calendars"
    label = "calendars"

    def ready(self) -> None:
        from liaison.calendars.registrations import register_everything  # noqa: PLC0415  # needs loaded models

        register_everything()
