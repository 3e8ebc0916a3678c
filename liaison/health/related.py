"""The registry of what else there is to say about an incident: cards of its page, by the rooms above that know.

They register a question in `AppConfig.ready()`; the page of an incident shows what they answer this reader.
"""

from __future__ import annotations

from collections.abc import Callable

from liaison.accounts.models import Identity
from liaison.health.models import Incident
from liaison.web.panels import Panel

Question = Callable[[Identity, Incident], Panel | None]

_questions: list[Question] = []


def register(question: Question) -> None:
    """Add a question. It is asked once per page and answers None where there is nothing for the reader."""
    if question not in _questions:
        _questions.append(question)


def panels_about(reader: Identity, incident: Incident) -> tuple[Panel, ...]:
    """Return the cards about an incident that the reader sees, in order."""
    found = [panel for question in _questions if (panel := question(reader, incident)) is not None]
    return tuple(sorted(found, key=lambda panel: panel.order))
