from __future__ import annotations

from django.apps import AppConfig

from liaison.catalog.vocabulary import Topic
from liaison.expectations import subjects as expected_subjects
from liaison.health import wording
from liaison.health.vocabulary import SubjectKind
from liaison.notifications import registry, sharing
from liaison.notifications.auditing import checks
from liaison.notifications.escalation import subjects
from liaison.web import navigation as web_navigation
from liaison.web import panels, suggestions
from liaison.web import wording as web_wording


class HealthConfig(AppConfig):
    name = "liaison.health"
    label = "health"

    def ready(self) -> None:
        from liaison.health import (  # noqa: PLC0415  # they need the loaded models
            audit,
            escalated,
            expected,
            home,
            navigation,
            topics,
        )

        web_wording.register(wording.WORDS)
        registry.register(Topic.PRODUCTION_ALERT, topics.ProductionAlert())
        registry.register(Topic.TECHNICAL_EMERGENCY, topics.TechnicalEmergency())
        sharing.register_kinds(Topic.TECHNICAL_NOTICE, (SubjectKind.INCIDENT,), topics.ProblemNotice())
        for kind, handler in escalated.HANDLERS.items():
            subjects.register(kind, handler)
        expected_subjects.register(SubjectKind.INCIDENT, expected.ExpectedOfIncident())
        checks.register(audit.unannounced_incidents)
        for item in navigation.ITEMS:
            web_navigation.register(item)
        panels.register(home.recent_incidents)
        suggestions.register(home.suggest)
