from __future__ import annotations

from django.apps import AppConfig

from liaison.api.wording import REFUSALS
from liaison.web import wording


class ApiConfig(AppConfig):
    name = "liaison.api"
    label = "api"

    def ready(self) -> None:
        wording.register(REFUSALS)
