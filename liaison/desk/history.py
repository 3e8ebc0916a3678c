"""The history of an account in words: when, who, what, and to what. Events hold ids; names are those of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.accounts.models import Account, Identity, Invitation
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.wording import ROLES
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind
from liaison.audit.wording import happened_label
from liaison.catalog.loader import integration_kinds
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.health.models import Incident
from liaison.health.titles import title_of
from liaison.integrations.models import Brand, IntakeKey, Integration
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_moment
from liaison.lib.languages import language_for
from liaison.web.states import STATES

PER_PAGE: Final = 50
_FIELDS: Final[Mapping[str, Promise]] = {
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "stage": gettext_lazy("Stage"),
    "status": gettext_lazy("Status"),
    "state": gettext_lazy("State"),
    "partner_manager": gettext_lazy("Partner manager"),
    "starts_at": gettext_lazy("Start"),
    "paused_until": gettext_lazy("Planned end"),
}

_NAMED: Final[Mapping[str, tuple[type[Model], str]]] = {
    "identity": (Identity, "name"),
    "integration": (Integration, "kind"),
    "brand": (Brand, "name"),
    "invitation": (Invitation, "address"),
    "intake_key": (IntakeKey, "name"),
    "incident": (Incident, "title"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `subject` names what it was done to, empty for the account itself; `details` are words."""

    at: datetime
    who: str
    what: str
    subject: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    page: Page[Event]
    lines: tuple[Line, ...]


def history_of(account: Account, number: str) -> History:
    """Return one page of the account's events, newest first, in a fixed number of queries."""
    page = Paginator(Event.objects.filter(account_id=account.pk).order_by("-id"), PER_PAGE).get_page(number)
    events = list(page.object_list)
    names = Names(events)
    return History(page, tuple(_line(event, names) for event in events))


class Names:
    """The names of everything that a page of events mentions, read in one query per kind."""

    def __init__(self, events: Iterable[Event]) -> None:
        wanted: dict[str, set[int]] = {}
        for event in events:
            for kind, key in _mentioned(event):
                if key.isdecimal():
                    wanted.setdefault(kind, set()).add(int(key))
        self._names = {kind: _names(kind, keys) for kind, keys in wanted.items()}

    def of(self, kind: str, key: str) -> str:
        """Return the name, empty for what is gone or has none."""
        return self._names.get(kind, {}).get(int(key), "") if key.isdecimal() else ""


def _mentioned(event: Event) -> Iterable[tuple[str, str]]:
    yield event.actor_kind, event.actor_id
    yield event.subject_kind, event.subject_id
    for value in event.changes.get("partner_manager", ()):
        yield "identity", str(value or "")


def _names(kind: str, keys: set[int]) -> dict[int, str]:
    if kind not in _NAMED:
        return {}
    model, column = _NAMED[kind]
    if model is Incident:
        return {one.pk: title_of(one) for one in Incident.objects.filter(pk__in=keys)}
    found = dict(QuerySet(model).filter(pk__in=keys).values_list("pk", column))
    if model is Integration:
        return {key: kind_name(value) for key, value in found.items() if value in integration_kinds()}
    return found


def _line(event: Event, names: Names) -> Line:
    return Line(
        at=event.at,
        who=_who(event, names),
        what=happened_label(event.kind),
        subject=names.of(event.subject_kind, event.subject_id),
        details=tuple(_details(event, names)),
    )


def _who(event: Event, names: Names) -> str:
    name = names.of(event.actor_kind, event.actor_id)
    if event.actor_kind == ActorKind.IDENTITY:
        return name or _("A former user")
    if event.actor_kind == ActorKind.INTAKE_KEY:
        return _("Intake key: %(name)s") % {"name": name or event.actor_id}
    if event.actor_kind == ActorKind.LINK:
        return _("Somebody with a link")
    return _("The portal itself")


def _details(event: Event, names: Names) -> Iterable[str]:
    for field, change in event.changes.items():
        if field in set(ContactField):
            yield field_label(ContactField(field))
        elif field in _FIELDS:
            before, after = (_value(field, value, names) for value in change)
            yield f"{_FIELDS[field]}: {before} → {after}"
    if event.facts.get("role") in set(PredefinedRole):
        yield str(ROLES[PredefinedRole(event.facts["role"])])


def _value(field: str, value: Any, names: Names) -> str:
    if value in {None, ""}:
        return "—"
    if field == "partner_manager":
        return names.of("identity", str(value)) or _("A former user")
    if field in {"starts_at", "paused_until"}:
        return format_moment(
            datetime.fromisoformat(value), get_language() or "en", timezone.get_current_timezone_name()
        )
    if field == "language":
        return language_for(value).native_name
    return str(STATES[value].label) if value in STATES and field in {"stage", "status", "state"} else str(value)
