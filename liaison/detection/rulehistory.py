"""The history of a rule in words: who changed what where, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison import catalog
from liaison.accounts.access import visible_accounts
from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.audit.wording import happened_label
from liaison.catalog.rules import Effect, Rule
from liaison.catalog.vocabulary import Severity
from liaison.detection.ruleplaces import EVERYBODY
from liaison.detection.saying import threshold_in_words
from liaison.detection.wording import EFFECTS, PARAMETERS
from liaison.integrations.models import Integration
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_number, format_share

PER_PAGE: Final = 10


@dataclass(frozen=True)
class Entry:
    """One event. `changes` are (parameter, before, after) in words; `place` says where it holds."""

    what: str
    who: str
    at: datetime
    place: str
    changes: tuple[tuple[str, str, str], ...]


def history_of(actor: Actor, rule: Rule, number: str | None) -> tuple[Page[Event], list[Entry]]:
    """Return one page of what happened to a rule, the newest first, at places that the actor may see."""
    events = Event.objects.filter(subject_kind="rule", subject_id=rule.key).order_by("-pk")
    events = events.filter(kind__in=[Happened.RULE_CHANGED, Happened.RULE_CHANGE_REMOVED])
    events = events.filter(Q(account_id=None) | Q(account_id__in=visible_accounts(actor).values("pk")))
    page = Paginator(events, PER_PAGE).get_page(number)
    rows = list(page.object_list)
    names = _names(event.actor_id for event in rows if event.actor_kind == ActorKind.IDENTITY)
    places = place_names([str(event.facts.get("place", "")) for event in rows])
    return page, [_entry(rule, event, names, places) for event in rows]


def place_names(keys: list[str]) -> dict[str, str]:
    """Return what the places of these names are called in the active language. One query at most."""
    wanted = [key.partition(":")[2] for key in keys if key.startswith("integration:")]
    found = Integration.objects.filter(public_id__in=wanted).select_related("account") if wanted else ()
    integrations = {one.public_id: one for one in found}
    return {key: _place_name(key, integrations) for key in keys}


def value_in_words(rule: Rule, name: str, value: Any) -> str:
    """Return a parameter's value as the active language says it."""
    language = get_language() or "en"
    if value is None:
        return _("Not set")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "severity":
        return catalog.severities()[Severity(value)].name(language)
    if name == "effect":
        return str(EFFECTS[Effect(value)])
    if name in {"threshold", "clear_below"}:
        return threshold_in_words(rule, value)
    return format_share(value, language) if name == "objective" else format_number(value, language)


def _entry(rule: Rule, event: Event, names: dict[str, str], places: dict[str, str]) -> Entry:
    changes = tuple(
        (
            _("This rule is judged") if name == "is_on" else str(PARAMETERS.get(name, name)),
            value_in_words(rule, name, before),
            value_in_words(rule, name, after),
        )
        for name, (before, after) in event.changes.items()
    )
    who = names.get(event.actor_id, "") or _("The portal itself")
    return Entry(happened_label(event.kind), who, event.at, places[str(event.facts.get("place", ""))], changes)


def _place_name(key: str, integrations: dict[str, Integration]) -> str:
    sort, _sep, name = key.partition(":")
    if key == EVERYBODY:
        return _("All integrations")
    if sort == "kind" and name in catalog.integration_kinds():
        return kind_name(name)
    if name in integrations:
        one = integrations[name]
        return _("%(account)s: %(integration)s") % {"account": one.account.name, "integration": kind_name(one.kind)}
    return _("An integration that is gone")


def _names(ids: Any) -> dict[str, str]:
    found = Identity.objects.filter(pk__in=[int(one) for one in ids if one.isdigit()])
    return {str(one.pk): one.name or one.username for one in found}
