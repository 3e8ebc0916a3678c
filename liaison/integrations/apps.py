from __future__ import annotations

from django.apps import AppConfig

from liaison.integrations import wording
from liaison.web import wording as web_wording


class IntegrationsConfig(AppConfig):
    name = "liaison.integrations"
    label = "integrations"

    def ready(self) -> None:
        web_wording.register(wording.WORDS)
