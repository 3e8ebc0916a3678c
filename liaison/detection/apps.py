from __future__ import annotations

from django.apps import AppConfig

from liaison.detection import wording
from liaison.web import wording as web_wording


class DetectionConfig(AppConfig):
    name = "liaison.detection"
    label = "detection"

    def ready(self) -> None:
        web_wording.register(wording.WORDS)
