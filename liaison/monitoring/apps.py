from __future__ import annotations

from django.apps import AppConfig

from liaison.web import navigation as web_navigation
from liaison.web import panels
from liaison.web import wording as web_wording


class MonitoringConfig(AppConfig):
    name = "liaison.monitoring"
    label = "monitoring"

    def ready(self) -> None:
        from liaison.monitoring import home, navigation, words  # noqa: PLC0415  # they need the loaded models

        web_wording.register(words.PROBLEMS)
        for item in navigation.ITEMS:
            web_navigation.register(item)
        panels.register(home.own_panel)
        panels.register(home.worst_panel)
