"""What the platform offers and how it is told apart: kinds of integration, topics, severities."""

from __future__ import annotations

from liaison.catalog.entries import IntegrationKind, SeverityEntry, TopicEntry
from liaison.catalog.loader import (
    case_severities,
    categories,
    integration_kinds,
    products,
    rules,
    severities,
    severity_from_word,
    topics,
    union_requirements,
    urgent_criteria,
)

__all__ = [
    "IntegrationKind",
    "SeverityEntry",
    "TopicEntry",
    "case_severities",
    "categories",
    "integration_kinds",
    "products",
    "rules",
    "severities",
    "severity_from_word",
    "topics",
    "union_requirements",
    "urgent_criteria",
]
