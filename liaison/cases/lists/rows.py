"""How the cases of a list read: every word made here, once for all rows, so that the template only puts them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final, NamedTuple

from babel.dates import format_timedelta
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from liaison.cases import labels
from liaison.cases.lists.asking import Line
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import CaseState, UrgentState
from liaison.catalog.loader import integration_kinds
from liaison.lib.dates import format_moment
from liaison.lib.languages import language_for
from liaison.web.states import state_of

_MINUTE: Final = timedelta(minutes=1)
_ANY: Final = "0000000000"


class Row(NamedTuple):
    """A case in words. `*_kind` are looks, `exact` says the moment whole, `utc` for machines."""

    number: str
    shown: str
    address: str
    title: str
    html_lang: str
    state: str
    state_kind: str
    severity: str
    severity_kind: str
    about: str
    account: str
    account_slug: str
    filed_by: str
    updated: str
    exact: str
    utc: str
    urgent: str
    urgent_kind: str
    is_escalated: bool


def rows_of(lines: Sequence[Line], now: datetime) -> list[Row]:
    """Return lines as they read in the active language and zone."""
    language, zone = get_language() or "en", timezone.get_current_timezone_name()
    states, severities = _states(language), _severities(language)
    before, after = reverse("case", kwargs={"number": _ANY}).split(_ANY)
    return [
        Row(
            line.number,
            shown(line.number),
            f"{before}{line.number}{after}",
            line.title,
            language_for(line.language).html_lang,
            *states[line.state],
            *severities[line.severity],
            _about(line.integration, line.product, language),
            line.account,
            line.account_slug,
            line.filed_by or "",
            _ago(line.updated_at, now, language),
            _exact(line.updated_at.replace(second=0, microsecond=0), language, zone),
            line.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            *_urgent(line.urgent_state, language),
            line.is_escalated,
        )
        for line in lines
    ]


def _ago(at: datetime, now: datetime, language: str) -> str:
    """Return how long ago something was, in its largest unit."""
    gone = max(now - at, _MINUTE)
    for unit in (timedelta(days=365), timedelta(days=30), timedelta(days=7), timedelta(days=1), timedelta(hours=1)):
        if gone >= unit:
            return _ago_words(gone // unit * unit, language)
    return _ago_words(gone // _MINUTE * _MINUTE, language)


@lru_cache(maxsize=2_000)
def _ago_words(gone: timedelta, language: str) -> str:
    return format_timedelta(-gone, add_direction=True, threshold=1, locale=language_for(language).cldr)


@lru_cache(maxsize=50_000)
def _exact(minute: datetime, language: str, zone: str) -> str:
    return format_moment(minute, language, zone)


@cache
def _states(language: str) -> dict[str, tuple[str, str]]:
    return {state.value: (str(state_of(state).label), state_of(state).kind.value) for state in CaseState}


@cache
def _severities(language: str) -> dict[int, tuple[str, str]]:
    return {
        severity: (labels.severity_name(severity), labels.SEVERITY_KINDS[severity].value) for severity in range(1, 5)
    }


@cache
def _about(integration: str | None, product: str, language: str) -> str:
    """Return the name of the integration's kind, else that of the product."""
    if integration is None:
        return labels.product_name(product)
    found = integration_kinds().get(integration)
    return found.name(language) if found else integration


@cache
def _urgent(state: str, language: str) -> tuple[str, str]:
    if not state:
        return "", ""
    urgent = UrgentState(state)
    return str(labels.URGENT_STATES[urgent]), labels.URGENT_KINDS[urgent].value
