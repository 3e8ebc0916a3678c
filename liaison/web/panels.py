"""The registry of panels: the cards of the home page, each by the room that knows what stands in it.

Rooms above register a question in `AppConfig.ready()`; the home page shows what they answer this reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Panel:
    """One card. `template` draws it, with `panel` as its only name: this panel's `facts`."""

    template: str
    facts: Mapping[str, Any]
    order: int = 100


Question = Callable[[HttpRequest], Panel | None]

_questions: list[Question] = []


def register(question: Question) -> None:
    """Add a question. It is asked once per home page and answers None where there is nothing for the reader."""
    if question not in _questions:
        _questions.append(question)


def panels_for(request: HttpRequest) -> tuple[Panel, ...]:
    """Return the panels of this reader's home page, in order."""
    found = [panel for question in _questions if (panel := question(request)) is not None]
    return tuple(sorted(found, key=lambda panel: panel.order))
