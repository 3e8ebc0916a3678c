from __future__ import annotations

from django.apps import AppConfig

from liaison.integrations import wording
from liaison.web import navigation as web_navigation
from liaison.web import panels, suggestions
from liaison.web import wording as web_wording


class IntegrationsConfig(AppConfig):
    name = "liaison.integrations"
    label = "integrations"

    def ready(self) -> None:
        from liaison.catalog.vocabulary import Topic  # noqa: PLC0415  # needs the loaded models
        from liaison.integrations import home, navigation  # noqa: PLC0415  # needs the loaded models
        from liaison.integrations.topics import Maintenance  # noqa: PLC0415  # needs the loaded models
        from liaison.notifications import registry  # noqa: PLC0415  # needs the loaded models

        web_wording.register(wording.WORDS)
        for item in navigation.ITEMS:
            web_navigation.register(item)
        panels.register(home.own_integrations)
        suggestions.register(home.suggest)
        registry.register(Topic.MAINTENANCE, Maintenance())
