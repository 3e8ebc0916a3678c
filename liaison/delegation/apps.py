from __future__ import annotations

from django.apps import AppConfig


class DelegationConfig(AppConfig):
    name = "liaison.delegation"
    label = "delegation"

    def ready(self) -> None:
        from liaison.delegation import registrations  # noqa: PLC0415  # models must be there first

        registrations.register_everything()
