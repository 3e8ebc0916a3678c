from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class ConfigConfig(AppConfig):
    name = "liaison.config"
    label = "config"

    def ready(self) -> None:
        # Here and not above: the checks read the rooms' registries, which need the models to be loaded.
        from liaison.config.checks import check_settings, check_topics  # noqa: PLC0415

        register(check_settings)
        register(check_topics)
