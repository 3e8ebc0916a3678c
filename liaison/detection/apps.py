from __future__ import annotations

from django.apps import AppConfig

from liaison.detection import wording
from liaison.web import navigation as web_navigation
from liaison.web import wording as web_wording


class DetectionConfig(AppConfig):
    name = "liaison.detection"
    label = "detection"

    def ready(self) -> None:
        from liaison.detection import following, navigation  # noqa: PLC0415  # they need the loaded models
        from liaison.integrations import edges  # noqa: PLC0415  # as above

        web_wording.register(wording.WORDS)
        web_navigation.register(navigation.ITEM)
        edges.register(following.follow_status)
