"""On-call rotas and holidays, for the operator's staff."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Path, Status
from pydantic import Field

from liaison.accounts.access import require
from liaison.accounts.duty import people_on_call
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import calendars as shapes
from liaison.api.shapes.common import Person
from liaison.calendars import access, actions, models
from liaison.calendars.codes import RotaCode
from liaison.calendars.loading import LoadedRota, load_rotas
from liaison.calendars.oncall import gaps, shifts
from liaison.calendars.queries import is_region
from liaison.calendars.regions import FIRST_YEAR, LAST_YEAR
from liaison.calendars.rota_facts import Shift
from liaison.calendars.shown import Names, layers_now
from liaison.calendars.year import year_of
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid, Missing

operations = Operations("calendars")
_AHEAD: Final = timedelta(days=14)
_LONGEST: Final = timedelta(days=100)
Year = Annotated[int, Path(), Field(ge=FIRST_YEAR, le=LAST_YEAR)]


@operations.get("/on-call", list[shapes.OnCallPerson], _("List who is on call for the operator now"))
def list_people_on_call(request: HttpRequest) -> list[shapes.OnCallPerson]:
    """List who would be called now, by the very function that calls them."""
    require(actor_of(request), Privilege.STAFF)
    return [shapes.OnCallPerson(id=person.public_id, name=person.name) for person in people_on_call(utc_now())]


@operations.get("/rotas", list[shapes.Rota], _("List the on-call rotas with who is on call now and next"))
def list_rotas(request: HttpRequest) -> list[shapes.Rota]:
    require(actor_of(request), Privilege.STAFF)
    now = utc_now()
    loaded = load_rotas(now, now + _AHEAD)
    names = Names(loaded)
    return [
        shapes.Rota(
            id=rota.public_id,
            name=rota.name,
            time_zone=rota.facts.zone,
            layers=[shapes.Layer.of(layer) for layer in layers_now(rota, names, now)],
        )
        for rota in loaded
    ]


@operations.get("/rotas/{rota_id}/shifts", shapes.Shifts, _("List the shifts of a rota and the times without anybody"))
def list_shifts(request: HttpRequest, rota_id: str, asked: shapes.AskedStretch) -> shapes.Shifts:
    rota = access.rota_for(actor_of(request), rota_id)
    start = asked.since or utc_now()
    end = asked.until or start + _AHEAD
    _check(start, end)
    loaded = load_rotas(start, end, pk=rota.pk)
    if not loaded:
        raise Missing
    return shapes.Shifts(
        shifts=_shown(loaded[0], start, end),
        gaps=[shapes.Gap(starts_at=gap.start, ends_at=gap.end) for gap in gaps(loaded[0].facts, start, end)],
    )


@operations.get("/rotas/{rota_id}/overrides", Page[shapes.Override], _("List who takes over on a rota, now and later"))
def list_overrides(request: HttpRequest, rota_id: str, window: Asked) -> Page[shapes.Override]:
    rota = access.rota_for(actor_of(request), rota_id)
    found = models.Override.objects.filter(layer__rota=rota, ends_at__gt=utc_now())
    return page_of(found.select_related("layer", "identity"), window, shapes.Override.of)


@operations.write("POST", "/layers/{layer_id}/overrides", shapes.Override, _("Let somebody take over"), status=201)
def add_override(request: HttpRequest, layer_id: str, body: shapes.NewOverride) -> Status[shapes.Override]:
    """Let somebody take over a layer of a rota, oneself or, for those who draw up rotas, others."""
    actor = actor_of(request)
    layer = access.layer_for(actor, layer_id)
    made = actions.add_override(
        actor=actor, layer=layer, person=body.person, starts_at=body.starts_at, ends_at=body.ends_at, now=utc_now()
    )
    return Status(201, shapes.Override.of(made))


@operations.write("DELETE", "/overrides/{override_id}", None, _("End that somebody takes over"), status=204)
def remove_override(request: HttpRequest, override_id: str) -> Status[None]:
    actor = actor_of(request)
    actions.remove_override(actor=actor, override=access.override_for(actor, override_id), now=utc_now())
    return Status(204, None)


@operations.get("/holidays/{region}/{year}", list[shapes.Holiday], _("List the holidays of a region in a year"))
def list_holidays(request: HttpRequest, region: str, year: Year) -> list[shapes.Holiday]:
    """List what is published, as administrators corrected it. A region is a country or a part, as in IT and US-CA."""
    require(actor_of(request), Privilege.STAFF)
    if not is_region(region):
        raise Missing
    return [
        shapes.Holiday(
            day=row.day,
            name=row.name,
            kind=row.kind.value,
            ends_at_minute=row.correction.end_minute if row.correction else None,
            note=row.note,
        )
        for row in year_of(region, year)
    ]


def _check(start: datetime, end: datetime) -> None:
    near = timedelta(days=3660)
    if not start < end <= start + _LONGEST or abs(start - utc_now()) > near:
        raise Invalid((FieldProblem("until", RotaCode.STRETCH_UNUSABLE, {"most": _LONGEST.days}),))


def _shown(rota: LoadedRota, start: datetime, end: datetime) -> list[shapes.Shift]:
    found = shifts(rota.facts, start, end)
    keys = {shift.on_call.person for shift in found if shift.on_call}
    people = {one.pk: Person(id=one.public_id, name=one.name) for one in Identity.objects.filter(pk__in=keys)}
    return [_shift(shift, people) for shift in found]


def _shift(shift: Shift, people: dict[int, Person]) -> shapes.Shift:
    who = shift.on_call
    return shapes.Shift(
        layer=shift.layer,
        person=people.get(who.person) if who else None,
        because=who.because.value if who else "",
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
    )
