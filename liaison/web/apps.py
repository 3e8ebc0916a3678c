from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "liaison.web"
    label = "web"

    def ready(self) -> None:
        from liaison.web import checks  # noqa: F401, PLC0415  # registers the boot check of the operator's colour
