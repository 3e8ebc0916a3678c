from __future__ import annotations

from django.apps import AppConfig

from liaison.health import wording
from liaison.web import wording as web_wording


class HealthConfig(AppConfig):
    name = "liaison.health"
    label = "health"

    def ready(self) -> None:
        web_wording.register(wording.WORDS)
