from __future__ import annotations

from django.apps import AppConfig

from liaison.catalog.vocabulary import Topic
from liaison.drills import wording
from liaison.drills.vocabulary import SubjectKind
from liaison.notifications import registry
from liaison.notifications.escalation import subjects
from liaison.web import navigation as web_navigation
from liaison.web import wording as web_wording


class DrillsConfig(AppConfig):
    name = "liaison.drills"
    label = "drills"

    def ready(self) -> None:
        from liaison.drills import (  # noqa: PLC0415  # they need the loaded models
            escalated,
            navigation,
            topics,
        )

        web_wording.register(wording.REFUSALS)
        registry.register(Topic.DRILL, topics.DrillTopic())
        subjects.register(SubjectKind.DRILL, escalated.EscalatedDrill())
        web_navigation.register(navigation.ITEM)
