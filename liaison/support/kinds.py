"""The kinds of integration as somebody reads them who has not chosen one: the name and what it is, in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.catalog.loader import integration_kinds

_LINES: Mapping[str, Promise] = MappingProxyType(
    {
        "reservations_waitlist": _("Guests join the waiting list of a restaurant and are called when a table is free."),
        "reservations_end_to_end": _("Guests find a free table and book it, from the first click to the confirmation."),
        "things_to_do": _("Visitors find tickets and activities and see what they cost."),
        "ordering_end_to_end": _("Customers order food for delivery or pick-up and pay for it."),
    }
)


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind that is offered; `line` is empty for one that the catalog has and nobody described here."""

    key: str
    name: str
    line: str


def kind_lines() -> tuple[KindLine, ...]:
    """Return every kind in the reader's language, in the order of the catalog."""
    language = get_language() or "en"
    return tuple(
        KindLine(key, kind.name(language), str(_LINES.get(key, ""))) for key, kind in integration_kinds().items()
    )


def kind_names(keys: Iterable[str], language: str) -> list[str]:
    """Return the names of kinds; of one that the catalog no longer has, its key."""
    known = integration_kinds()
    return [known[key].name(language) if key in known else key for key in keys]
