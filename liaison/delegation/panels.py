"""What rooms above show on the page "Who can see our cases": shares and hand-overs, which this room does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liaison.accounts.models import Account, Identity


@dataclass(frozen=True, slots=True)
class AccessPanel:
    """One card. `template` draws it, with `panel` as its only name: this panel's `facts`."""

    template: str
    facts: Mapping[str, Any]


Question = Callable[[Identity, Account, datetime], AccessPanel | None]

_questions: list[Question] = []


def register(question: Question) -> None:
    """Add a question: the reader, its customer, now. It answers None where there is nothing to show."""
    if question not in _questions:
        _questions.append(question)


def panels_for(reader: Identity, customer: Account, now: datetime) -> tuple[AccessPanel, ...]:
    found = (question(reader, customer, now) for question in _questions)
    return tuple(panel for panel in found if panel is not None)
