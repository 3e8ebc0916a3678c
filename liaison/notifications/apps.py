from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class NotificationsConfig(AppConfig):
    name = "liaison.notifications"
    label = "notifications"

    def ready(self) -> None:
        from liaison.notifications.checks import check_outbound  # noqa: PLC0415  # not before the settings are there

        register(check_outbound, "notifications")
