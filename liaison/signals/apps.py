from __future__ import annotations

from django.apps import AppConfig

from liaison.signals import wording
from liaison.web import navigation as web_navigation
from liaison.web import wording as web_wording


class SignalsConfig(AppConfig):
    name = "liaison.signals"
    label = "signals"

    def ready(self) -> None:
        from liaison.signals import navigation  # noqa: PLC0415  # needs the loaded models

        web_wording.register(wording.WORDS)
        web_navigation.register(navigation.SOURCES)
