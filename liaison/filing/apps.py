"""Filing a case: the form, its drafts, and what is shown before it is sent."""

from __future__ import annotations

from django.apps import AppConfig


class FilingConfig(AppConfig):
    name = "liaison.filing"
    label = "filing"

    def ready(self) -> None:
        from liaison.filing.registrations import register_everything  # noqa: PLC0415  # needs the models

        register_everything()
