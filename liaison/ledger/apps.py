from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "liaison.ledger"
    label = "ledger"

    def ready(self) -> None:
        from liaison.ledger.registrations import register_everything  # noqa: PLC0415  # needs loaded models

        register_everything()
