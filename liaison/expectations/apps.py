"""What the operator expects of a partner and by when, and what the partner answers (S7)."""

from __future__ import annotations

from django.apps import AppConfig


class ExpectationsConfig(AppConfig):
    name = "liaison.expectations"
    label = "expectations"

    def ready(self) -> None:
        from liaison.expectations import registrations  # noqa: PLC0415  # models must be there first

        registrations.register_everything()
