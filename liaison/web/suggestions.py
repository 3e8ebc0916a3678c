"""The registry of suggestions: what needs the reader's attention now, said by the room that knows.

Rooms above register in `AppConfig.ready()`; the home page shows what they return for this reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from liaison.web.states import Kind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to do, already in the reader's language. `address` leads to the page where it is done."""

    title: str
    text: str
    label: str
    address: str
    kind: Kind = Kind.INFO
    order: int = 100


Suggester = Callable[[HttpRequest], Iterable[Suggestion]]

_suggesters: list[Suggester] = []


def register(suggester: Suggester) -> None:
    """Add a room's suggestions. It is asked only for signed-in readers, once per home page."""
    if suggester not in _suggesters:
        _suggesters.append(suggester)


def suggestions_for(request: HttpRequest) -> tuple[Suggestion, ...]:
    """Return what every room suggests to this reader, the most pressing first."""
    found = [suggestion for suggester in _suggesters for suggestion in suggester(request)]
    return tuple(sorted(found, key=lambda suggestion: suggestion.order))
