"""What a case that is being written may repeat: open cases that sound alike, incidents that are known.

A fixed number of queries, and nothing but what the writer may see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.cases.access import visible_cases
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import CaseState
from liaison.filing.setting import Setting
from liaison.filing.sheet import Sheet
from liaison.health.access import visible_incidents
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.health.words import environment_name
from liaison.lib.searching import vector_words

MOST_SHOWN: Final = 3
# Of an account's open cases so many, the newest, are compared: nobody has more in hand.
_MOST_COMPARED: Final = 200
_LATELY: Final = timedelta(days=14)
_ALIKE: Final = 0.5
_LONGEST_COMPARED: Final = 500


@dataclass(frozen=True)
class SimilarCase:
    number: str
    shown_number: str
    title: str
    created_at: datetime
    state: str


@dataclass(frozen=True)
class KnownIncident:
    public_id: str
    title: str
    started_at: datetime
    environment: str
    is_linked: bool


def similar_cases(setting: Setting, sheet: Sheet, now: datetime) -> tuple[SimilarCase, ...]:
    """Return open cases of the account with a title alike, then those of late about the same sort of thing."""
    words = _words(sheet.title)
    if not words:
        return ()
    product, integration = setting.product_of(sheet), setting.integration_of(sheet)
    ranked = []
    for case in _open_cases(setting, now):
        likeness = _likeness(words, _words(case.title))
        same = case.category == sheet.category and case.product == product
        same = same and case.integration_id == (integration.pk if integration else None)
        is_late = case.created_at > now - _LATELY
        if likeness >= _ALIKE or (same and is_late):
            ranked.append((-likeness, -case.pk, case))
    found = [case for _likeness_of, _age, case in sorted(ranked, key=lambda one: one[:2])[:MOST_SHOWN]]
    return tuple(SimilarCase(one.number, shown(one.number), one.title, one.created_at, one.state) for one in found)


def incidents_of(setting: Setting, sheet: Sheet) -> tuple[KnownIncident, ...]:
    """Return the open incidents of the chosen integration and those that are linked already, these first."""
    integration = setting.integration_of(sheet)
    seen = visible_incidents(setting.actor).filter(environment__integration__account=setting.account)
    linked = seen.filter(public_id__in=sheet.incidents)
    wanted = seen.filter(environment__integration=integration, resolved_at=None) if integration else seen.none()
    if not sheet.incidents and integration is None:
        return ()
    rows = {one.pk: one for one in [*linked, *wanted.order_by("-pk")[:MOST_SHOWN]]}
    found = (_known(one, sheet) for one in sorted(rows.values(), key=lambda one: -one.pk))
    return tuple(sorted(found, key=lambda one: not one.is_linked))


def linked_incidents(setting: Setting, sheet: Sheet) -> tuple[Incident, ...]:
    """Return the incidents that the case will name, as far as the writer sees them and they are the account's."""
    if not sheet.incidents:
        return ()
    seen = visible_incidents(setting.actor).filter(environment__integration__account=setting.account)
    return tuple(seen.filter(public_id__in=sheet.incidents).order_by("pk"))


def _open_cases(setting: Setting, now: datetime) -> Collection[Case]:
    seen = visible_cases(setting.actor, now).filter(account=setting.account).exclude(state=CaseState.CLOSED)
    columns = ("number", "title", "created_at", "state", "category", "product", "integration_id")
    return seen.only(*columns).order_by("-updated_at", "-pk")[:_MOST_COMPARED]


def _known(one: Incident, sheet: Sheet) -> KnownIncident:
    return KnownIncident(
        one.public_id,
        title_of(one),
        one.started_at,
        environment_name(one.environment.name),
        is_linked=one.public_id in sheet.incidents,
    )


def _words(title: str) -> frozenset[str]:
    return frozenset(vector_words(title[:_LONGEST_COMPARED]))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return which part of the shorter title stands in the other one, 0 to 1."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0
