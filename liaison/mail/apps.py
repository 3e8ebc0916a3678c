from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "liaison.mail"
    label = "mail"

    def ready(self) -> None:
        from liaison.mail.registrations import register_everything  # noqa: PLC0415  # needs loaded models

        register_everything()
