"""From rows to the facts of a rota: everything in one query, because every emergency asks who is on call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from liaison.accounts.models import Identity, RoleAssignment
from liaison.accounts.rights import PREDEFINED_ROLES, AccountKind, Privilege
from liaison.calendars.models import Layer, LayerHours, LayerMember, Override, Rota
from liaison.calendars.rota_facts import LayerFacts, OverrideFacts, OverrideKind, RotaFacts
from liaison.lib.hours import HoursRow

NEEDED: Final = frozenset({Privilege.STAFF, Privilege.STAFF_VIEW_ALL, Privilege.STAFF_TAKE_INCIDENTS})
"""What somebody must be allowed to be called: to see every incident, and to take it."""

_ROLES: Final = [role.value for role, definition in PREDEFINED_ROLES.items() if definition.privileges >= NEEDED]


@dataclass(frozen=True)
class LoadedRota:
    """A rota with its facts. `people` are all it names, by key: who can be called, and who is away."""

    id: int
    public_id: str
    name: str
    facts: RotaFacts


def callable_staff() -> QuerySet[Identity]:
    """Return the operator's people who can be on call: not suspended, and allowed to see and take any incident."""
    return Identity.objects.with_account().filter(_is_callable(OuterRef("pk")), is_active=True).order_by("name", "pk")


def load_rotas(start: datetime, end: datetime, **which: Any) -> tuple[LoadedRota, ...]:
    """Return rotas with the overrides that touch [start, end], by name; one query. `which` filters them."""
    layers = Layer.objects.filter(rota=OuterRef("pk")).order_by("position")
    rows = (
        Rota.objects.filter(**which)
        .order_by("name")
        .values("id", "public_id", "name", "time_zone", found=ArraySubquery(layers.values(json=_layer(start, end))))
    )
    return tuple(_loaded(row) for row in rows)


def _layer(start: datetime, end: datetime) -> JSONObject:
    members = LayerMember.objects.filter(layer=OuterRef("pk")).order_by("position")
    hours = LayerHours.objects.filter(layer=OuterRef("pk")).order_by("pk")
    overrides = Override.objects.filter(layer=OuterRef("pk"), ends_at__gt=start, starts_at__lte=end).order_by("pk")
    can = {"id": "identity_id", "can": Q(identity__is_active=True) & Q(_is_callable(OuterRef("identity_id")))}
    return JSONObject(
        key="public_id",
        starts_on="starts_on",
        minute="handover_minute",
        days="turn_days",
        members=ArraySubquery(members.values(json=JSONObject(**can))),
        hours=ArraySubquery(hours.values(json=JSONObject(days="days", start="start_minute", end="end_minute"))),
        overrides=ArraySubquery(
            overrides.values(
                json=JSONObject(key="public_id", kind="kind", starts_at="starts_at", ends_at="ends_at", **can)
            )
        ),
    )


def _is_callable(identity: OuterRef) -> Exists:
    needed = [privilege.value for privilege in NEEDED]
    roles = RoleAssignment.objects.filter(
        Q(predefined__in=_ROLES) | Q(custom__privileges__contains=needed),
        identity=identity,
        org_unit=None,
        identity__domain__account__kind=AccountKind.OPERATOR,
    )
    return Exists(roles)


def _loaded(row: Mapping[str, Any]) -> LoadedRota:
    zone, found = row["time_zone"], row["found"] or []
    people = [one for layer in found for one in (*(layer["members"] or ()), *(layer["overrides"] or ()))]
    facts = RotaFacts(
        zone=zone,
        layers=tuple(_layer_facts(layer, zone) for layer in found),
        away=frozenset(one["id"] for one in people if not one["can"]),
    )
    return LoadedRota(row["id"], row["public_id"], row["name"], facts)


def _layer_facts(layer: Mapping[str, Any], zone: str) -> LayerFacts:
    return LayerFacts(
        key=layer["key"],
        people=tuple(one["id"] for one in layer["members"] or ()),
        starts_on=datetime.fromisoformat(layer["starts_on"]).date(),
        handover_minute=layer["minute"],
        turn_days=layer["days"],
        hours=tuple(_hours(layer["hours"] or (), zone)),
        overrides=tuple(_override(one) for one in layer["overrides"] or ()),
    )


def _hours(rows: Iterable[Mapping[str, Any]], zone: str) -> Iterable[HoursRow]:
    return (HoursRow(frozenset(row["days"]), row["start"], row["end"], zone) for row in rows)


def _override(row: Mapping[str, Any]) -> OverrideFacts:
    return OverrideFacts(
        key=row["key"],
        person=row["id"],
        kind=OverrideKind(row["kind"]),
        starts_at=datetime.fromisoformat(row["starts_at"]),
        ends_at=datetime.fromisoformat(row["ends_at"]),
    )
