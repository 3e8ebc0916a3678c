"""The catalog, with names in the caller's language."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.api.operations import Operations
from liaison.api.shapes import catalog as shapes
from liaison.catalog import integration_kinds, severities, topics

operations = Operations("catalog")


@operations.get("/catalog/integration-kinds", list[shapes.Kind], _("List the integration kinds"))
def list_kinds(request: HttpRequest) -> list[shapes.Kind]:
    return [
        shapes.Kind(key=kind.key, name=kind.name(_language()), contact_fields=dict(kind.contact_fields))
        for kind in integration_kinds().values()
    ]


@operations.get("/catalog/topics", list[shapes.TopicShape], _("List the topics"))
def list_topics(request: HttpRequest) -> list[shapes.TopicShape]:
    return [
        shapes.TopicShape(
            key=topic.key,
            name=topic.name(_language()),
            optional=topic.optional,
            contact_fields=list(topic.contact_fields),
            otherwise=list(topic.otherwise),
        )
        for topic in topics().values()
    ]


@operations.get("/catalog/severities", list[shapes.SeverityShape], _("List the severities"))
def list_severities(request: HttpRequest) -> list[shapes.SeverityShape]:
    return [
        shapes.SeverityShape(key=severity.key, name=severity.name(_language()), raises=list(severity.raises))
        for severity in severities().values()
    ]


def _language() -> str:
    return get_language() or "en"
