"""What the support page shows of one situation, put together for its reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language

from liaison.accounts import queries
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.cases.access import may_file, visible_cases
from liaison.cases.vocabulary import CaseState
from liaison.catalog.loader import urgent_criteria
from liaison.contacts.labels import FieldNames
from liaison.contacts.state import state_of
from liaison.helpcentre.library import articles
from liaison.helpcentre.suggesting import Suggested, suggest
from liaison.integrations.models import Integration, Stage
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_clock
from liaison.lib.languages import language_for
from liaison.lib.zones import city_name
from liaison.support.access import own_interests
from liaison.support.forms import names_of
from liaison.support.kinds import KindLine, kind_lines
from liaison.support.models import Interest, InterestState
from liaison.support.situations import situation_of
from liaison.support.vocabulary import Situation
from liaison.support.wording import SITUATIONS, STATES
from liaison.web.states import Kind

LONGEST_QUESTION: Final = 200
MOST_INTERESTS: Final = 20
# What there is to read before an integration begins, in this order, as far as it is published.
_TO_READ: Final = ("how-to-get-help", "contact-information", "users-and-roles", "who-is-told")


@dataclass(frozen=True, slots=True)
class IntegrationLine:
    name: str
    state: str
    public_id: str
    is_launched: bool


@dataclass(frozen=True, slots=True)
class Manager:
    """The partner manager: how to reach them, what they read, and what time it is for them."""

    name: str
    address: str
    language: str
    zone: str
    local_time: str


@dataclass(frozen=True, slots=True)
class InterestLine:
    interest: Interest
    kinds: list[str]
    state: Promise
    look: Kind


@dataclass(frozen=True)
class SupportView:
    """One tab of the page. What belongs to another tab, or to somebody signed in, is empty."""

    situation: Situation
    tabs: tuple[tuple[Situation, Promise], ...]
    is_partner: bool = False
    is_staff: bool = False
    integrations: tuple[IntegrationLine, ...] = ()
    may_file: bool = False
    may_pause: bool = False
    sees_cases: bool = False
    open_cases: int = 0
    who_can: tuple[Identity, ...] = ()
    question: str = ""
    found: tuple[Suggested, ...] = ()
    criteria: tuple[str, ...] = ()
    manager: Manager | None = None
    missing: str = ""
    kinds: tuple[KindLine, ...] = ()
    to_read: tuple[tuple[str, str], ...] = ()
    interests: tuple[InterestLine, ...] = ()
    support_address: str = field(default_factory=lambda: settings.OPERATOR_SUPPORT_EMAIL)

    @property
    def shows_form(self) -> bool:
        return self.situation is Situation.INTERESTED

    @property
    def launched(self) -> tuple[IntegrationLine, ...]:
        return tuple(one for one in self.integrations if one.is_launched)


def view_for(reader: Identity | None, *, asked: str, question: str, now: datetime) -> SupportView:
    """Return the tab that was asked for, else that of the reader's integrations. A fixed number of queries."""
    own = _own_integrations(reader)
    situation = situation_of([one.stage for one in own], asked)
    known: dict[str, Any] = {
        "situation": situation,
        "tabs": tuple(SITUATIONS.items()),
        "is_partner": reader is not None and reader.account.kind == AccountKind.PARTNER,
        "is_staff": reader is not None and reader.is_staff,
        "integrations": tuple(_line(one) for one in own),
        "question": question.replace("\x00", "").strip()[:LONGEST_QUESTION],
    }
    if known["question"]:
        known["found"] = suggest(known["question"], get_language())
    if reader is not None and situation is not Situation.INTERESTED:
        known |= _of_cases(reader, now)
    return SupportView(**known, **_PARTS[situation](reader, now))


def _launched(reader: Identity | None, now: datetime) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "criteria": tuple(criterion.name(language) for criterion in urgent_criteria().values()),
        "may_pause": reader is not None and reader.may(Privilege.PAUSE_INTEGRATIONS),
    }


def _integrating(reader: Identity | None, now: datetime) -> dict[str, Any]:
    if reader is None or reader.account.kind != AccountKind.PARTNER:
        return {}
    missing = state_of(reader.account.pk).missing
    return {"manager": _manager_of(reader, now), "missing": str(FieldNames(missing)) if missing else ""}


def _interested(reader: Identity | None, now: datetime) -> dict[str, Any]:
    language = get_language() or "en"
    published = articles()
    read = [(slug, published[slug].text(language).title) for slug in _TO_READ if slug in published]
    found: dict[str, Any] = {"kinds": kind_lines(), "to_read": tuple(read)}
    if reader is not None:
        found["interests"] = tuple(_interest_line(one) for one in own_interests(reader)[:MOST_INTERESTS])
    return found


_PARTS = {
    Situation.LAUNCHED: _launched,
    Situation.INTEGRATING: _integrating,
    Situation.INTERESTED: _interested,
}


def _of_cases(reader: Identity, now: datetime) -> dict[str, Any]:
    files = may_file(reader, reader.account)
    is_partner = reader.account.kind == AccountKind.PARTNER
    return {
        "may_file": files,
        "sees_cases": reader.may(Privilege.VIEW_CASES),
        "open_cases": visible_cases(reader, now).exclude(state=CaseState.CLOSED).count() if is_partner else 0,
        "who_can": () if files or not is_partner else tuple(queries.administrators_of(reader.account)),
    }


def _own_integrations(reader: Identity | None) -> list[Integration]:
    if reader is None or reader.account.kind != AccountKind.PARTNER:
        return []
    return list(Integration.objects.filter(account=reader.account).order_by("pk"))


def _line(integration: Integration) -> IntegrationLine:
    return IntegrationLine(
        name=kind_name(integration.kind),
        state=integration.status or integration.stage,
        public_id=integration.public_id,
        is_launched=integration.stage == Stage.LAUNCHED,
    )


def _manager_of(reader: Identity, now: datetime) -> Manager | None:
    people = Identity.objects.with_account().filter(pk=reader.account.partner_manager_id or 0, is_active=True)
    found = people.first()
    if found is None:
        return None
    language = get_language() or "en"
    local = now.astimezone(ZoneInfo(found.effective_time_zone))
    return Manager(
        name=found.name,
        address=found.mailbox,
        language=language_for(found.effective_language).native_name,
        zone=city_name(found.effective_time_zone, language),
        local_time=format_clock(local.time(), language),
    )


def _interest_line(interest: Interest) -> InterestLine:
    words, look = STATES[InterestState(interest.state)]
    return InterestLine(interest, names_of(interest), words, look)
