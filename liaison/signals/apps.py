from __future__ import annotations

from django.apps import AppConfig

from liaison.signals import wording
from liaison.web import wording as web_wording


class SignalsConfig(AppConfig):
    name = "liaison.signals"
    label = "signals"

    def ready(self) -> None:
        web_wording.register(wording.WORDS)
