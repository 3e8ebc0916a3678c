"""How the columns of a list read in the active language. What is the same in many rows is worked out once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from babel.dates import format_timedelta
from markupsafe import escape

from liaison.cases import labels
from liaison.cases.lists.statements import moment_of
from liaison.cases.vocabulary import UrgentState
from liaison.catalog.loader import integration_kinds
from liaison.lib.dates import format_moment
from liaison.lib.languages import language_for
from liaison.lib.remembered import remembered

SECOND: Final = 1_000_000
"""In microseconds, as moments are in a line."""
_MINUTE: Final = 60
_UNITS: Final = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600)


@remembered(2_000)
def about(integration: str | None, product: str, language: str) -> str:
    """Return the name of the integration's kind, else that of the product."""
    if integration is None:
        return labels.product_name(product)
    found = integration_kinds().get(integration)
    return found.name(language) if found else integration


def urgent_name(state: str) -> str:
    """Return what an urgent case is called, empty for one that is not."""
    return str(labels.URGENT_STATES[UrgentState(state)]) if state else ""


def ago(at: int, now: int, language: str) -> str:
    """Return as HTML how long ago something was, in its largest unit. Both are microseconds since 1970."""
    gone = max((now - at) // SECOND, _MINUTE)
    for unit in _UNITS:
        if gone >= unit:
            return _ago(gone // unit * unit, language)
    return _ago(gone // _MINUTE * _MINUTE, language)


def exactly(at: int, language: str, zone: str) -> tuple[str, str]:
    """Return a moment (microseconds since 1970) as HTML: in the reader's zone, and in UTC for machines."""
    seconds = at // SECOND
    exact, begin = _minute(seconds // _MINUTE, language, zone)
    return exact, f"{begin}{seconds % _MINUTE:02}Z"


@remembered(2_000)
def _ago(seconds: int, language: str) -> str:
    return str(escape(format_timedelta(-seconds, add_direction=True, threshold=1, locale=language_for(language).cldr)))


@remembered(50_000)
def _minute(minute: int, language: str, zone: str) -> tuple[str, str]:
    at: datetime = moment_of(minute * _MINUTE * SECOND)
    return str(escape(format_moment(at, language, zone))), at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:")
