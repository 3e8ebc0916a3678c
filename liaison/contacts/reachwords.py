"""The score and the warnings in words: what weakens an account's reachability, and how to mend it (C7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from liaison.contacts.labels import FieldNames
from liaison.contacts.score import Score, Weakness, WeakSpot
from liaison.web.states import Kind

_GOOD_FROM: Final = 80
_FAIR_FROM: Final = 50


@dataclass(frozen=True)
class ReasonView:
    """One reason: what is weak, how many points it takes, how it is mended, and on which page (its route)."""

    code: str
    what: str
    points: int
    mend: str
    page: str


@dataclass(frozen=True)
class ScoreView:
    points: int
    kind: Kind
    reasons: tuple[ReasonView, ...]


def score_view(score: Score | None) -> ScoreView | None:
    """Return the score in the active language; None where there is none."""
    if score is None:
        return None
    return ScoreView(score.points, kind_of(score.points), tuple(_reason(spot) for spot in score.reasons))


def kind_of(points: int) -> Kind:
    """Return how so many points look."""
    if points >= _GOOD_FROM:
        return Kind.GOOD
    return Kind.WARNING if points >= _FAIR_FROM else Kind.BAD


def warnings_in_words(warnings: Iterable[Weakness]) -> tuple[str, ...]:
    """Return what to warn of beside the emergency contacts, in the active language."""
    return tuple(what_is_weak(WeakSpot(one, 0)) for one in warnings)


def what_is_weak(spot: WeakSpot) -> str:
    """Return in one sentence what is weak."""
    counted = _COUNTED.get(spot.what)
    if counted is not None:
        return counted(spot.count)
    if spot.what is Weakness.MISSING:
        return _("Nobody can be reached for: %(fields)s.") % {"fields": FieldNames(spot.fields)}
    return str(_WHAT[spot.what])


def _reason(spot: WeakSpot) -> ReasonView:
    page = "contact_channels" if spot.what is Weakness.ONE_CHANNEL else "contact_reachability"
    if spot.what in _MENDED_IN_THE_FORM:
        page = "contact_information"
    return ReasonView(spot.what.value, what_is_weak(spot), spot.points, str(_MEND[spot.what]), page)


def _lost(count: int) -> str:
    return ngettext(
        "%(count)s entry declined or is unreachable.", "%(count)s entries declined or are unreachable.", count
    ) % {"count": count}


def _unverified(count: int) -> str:
    return ngettext("%(count)s entry is not verified.", "%(count)s entries are not verified.", count) % {"count": count}


_COUNTED: Final[Mapping[Weakness, Callable[[int], str]]] = {Weakness.LOST: _lost, Weakness.UNVERIFIED: _unverified}
_MENDED_IN_THE_FORM: Final = frozenset(
    {
        Weakness.MISSING,
        Weakness.NOBODY,
        Weakness.ONE_PERSON,
        Weakness.ONE_MAILBOX,
        Weakness.ONE_DOMAIN,
        Weakness.STALE,
    }
)
_WHAT: Final[Mapping[Weakness, Promise]] = {
    Weakness.NOBODY: gettext_lazy("Nobody can be called in an emergency."),
    Weakness.ONE_PERSON: gettext_lazy("All technical emergency contacts are one person."),
    Weakness.ONE_MAILBOX: gettext_lazy("All technical emergency contacts are read in one mailbox."),
    Weakness.ONE_DOMAIN: gettext_lazy("The mail of all technical emergency contacts goes to one domain."),
    Weakness.NOBODY_VERIFIED: gettext_lazy("No technical emergency contact is verified."),
    Weakness.ONE_CHANNEL: gettext_lazy("No technical emergency contact is reached by anything but e-mail."),
    Weakness.STALE: gettext_lazy("Nobody has confirmed the contact information for a long time."),
}
_MEND: Final[Mapping[Weakness, Promise]] = {
    Weakness.MISSING: gettext_lazy("Fill in the contact information"),
    Weakness.NOBODY: gettext_lazy("Name a technical emergency contact"),
    Weakness.LOST: gettext_lazy("Give other addresses, or have them verified"),
    Weakness.ONE_PERSON: gettext_lazy("Name a second person"),
    Weakness.ONE_MAILBOX: gettext_lazy("Name a second address"),
    Weakness.ONE_DOMAIN: gettext_lazy("Name an address of another domain"),
    Weakness.NOBODY_VERIFIED: gettext_lazy("Have the contacts verified"),
    Weakness.ONE_CHANNEL: gettext_lazy("Add another channel"),
    Weakness.UNVERIFIED: gettext_lazy("Have the contacts verified"),
    Weakness.STALE: gettext_lazy("Confirm that everything still holds"),
}
