"""The registry of banners: what every page of somebody signed in has to say above its heading.

Rooms above register a question in `AppConfig.ready()`; the base page shows what they answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from liaison.web.states import Kind


@dataclass(frozen=True, slots=True)
class Banner:
    """One banner, in the reader's language; `address` leads to where it can be mended."""

    text: str
    kind: Kind
    link_label: str
    address: str


Question = Callable[[HttpRequest], Banner | None]

_questions: list[Question] = []


def register(question: Question) -> None:
    """Add a question. It is asked once per page, so it should cost one query at most."""
    if question not in _questions:
        _questions.append(question)


def banners_for(request: HttpRequest) -> tuple[Banner, ...]:
    """Return the banners of this reader, in the order of registration."""
    return tuple(banner for question in _questions if (banner := question(request)) is not None)
