from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "liaison.accounts"
    label = "accounts"

    def ready(self) -> None:
        from liaison.accounts.registrations import register_everything  # noqa: PLC0415  # needs the models

        register_everything()
