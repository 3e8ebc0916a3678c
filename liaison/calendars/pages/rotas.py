"""Rotas: all of them with who is on call, one as a picture, and drawing them up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.calendars import access, actions
from liaison.calendars.forms import RotaForm
from liaison.calendars.loading import LoadedRota, load_rotas
from liaison.calendars.models import Override, Rota, Swap, SwapState
from liaison.calendars.pages.saying import refuse_in
from liaison.calendars.shown import (
    DAYS_SHOWN,
    GAPS_AHEAD,
    Names,
    away_names,
    gaps_ahead,
    layers_now,
    picture_of,
)
from liaison.calendars.wording import SWAP_STATES
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_clock, format_date, format_hours_row
from liaison.lib.hours import HoursRow
from liaison.lib.languages import ENGLISH
from liaison.lib.refusals import Invalid, Missing
from liaison.lib.zones import resolve_local
from liaison.web.pages import redirect_to, render_page

_AHEAD = timedelta(days=60)


@signed_in
@require_safe
def rotas(request: HttpRequest) -> HttpResponse:
    """List the rotas with who is on call now and next. Fresh while the page is open."""
    reader, now = identity_of(request), utc_now()
    access.require_staff(reader)
    found = load_rotas(now, now + GAPS_AHEAD)
    names = Names(found)
    rows = [
        {
            "rota": rota,
            "layers": layers_now(rota, names, now),
            "gaps": gaps_ahead(rota, now),
            "away": away_names(rota, names),
        }
        for rota in found
    ]
    context = {"rows": rows, "may_manage": access.may_manage(reader), "asked": _asked_of(reader)}
    return render_page(request, "calendars/rotas.html", context, fragment="on_call")


@signed_in
@require_safe
def rota(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one rota: its picture of two weeks, its layers, who takes over, and the swaps."""
    reader, now = identity_of(request), utc_now()
    found = access.rota_for(reader, public_id)
    start = _start(request.GET.get("from", ""), reader.effective_time_zone, now)
    loaded = _load(found, min(start, now), max(start, now) + _AHEAD)
    names = Names([loaded])
    picture = picture_of(loaded, names, start=start, zone=reader.effective_time_zone, now=now)
    overrides = Override.objects.filter(layer__rota=found, ends_at__gt=now).select_related("layer", "identity")
    swaps = access.visible_swaps(reader).filter(asker_layer__rota=found)
    context = {
        "rota": found,
        "layers": layers_now(loaded, names, now),
        "plans": _plans(found),
        "picture": picture,
        "earlier": _day(picture.starts_at - timedelta(days=DAYS_SHOWN - 1), reader),
        "later": _day(picture.ends_at + timedelta(hours=12), reader),
        "gaps": gaps_ahead(loaded, now),
        "away": away_names(loaded, names),
        "overrides": overrides.order_by("starts_at", "pk"),
        "swaps": swaps[:10],
        "swap_states": {state.value: words for state, words in SWAP_STATES.items()},
        "numbers": {layer.key: number for number, layer in enumerate(loaded.facts.layers, 1)},
        "may_manage": access.may_manage(reader),
        "may_be_called": access.may_be_called(reader),
        "reader": reader,
    }
    return render_page(request, "calendars/rota.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create_rota(request: HttpRequest) -> HttpResponse:
    actor = identity_of(request)
    access.require_manage(actor)
    form = RotaForm(request.POST or None, initial={"time_zone": actor.effective_time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_rota(actor=actor, **form.cleaned_data, now=utc_now())
        except Invalid as invalid:
            refuse_in(form, invalid)
        else:
            messages.success(request, _("The rota was created. Add a layer, so that somebody is on call."))
            return redirect_to(request, "rota", public_id=made.public_id)
    return _form_page(request, form, None)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_rota(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    found = access.rota_for(actor, public_id)
    access.require_manage(actor)
    form = RotaForm(request.POST or None, initial={"name": found.name, "time_zone": found.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_rota(actor=actor, rota=found, **form.cleaned_data, now=utc_now())
        except Invalid as invalid:
            refuse_in(form, invalid)
        else:
            messages.success(request, _("The rota was changed."))
            return redirect_to(request, "rota", public_id=public_id)
    return _form_page(request, form, found)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete_rota(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    found = access.rota_for(actor, public_id)
    access.require_manage(actor)
    if request.method == "POST":
        actions.delete_rota(actor=actor, rota=found, now=utc_now())
        messages.success(request, _("The rota was deleted."))
        return redirect_to(request, "rotas")
    return render_page(request, "calendars/delete_rota.html", {"rota": found})


def _form_page(request: HttpRequest, form: RotaForm, found: Rota | None) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "calendars/rota_form.html", {"form": form, "rota": found}, status=status)


def _load(found: Rota, start: datetime, end: datetime) -> LoadedRota:
    loaded = load_rotas(start, end, pk=found.pk)
    if not loaded:
        raise Missing
    return loaded[0]


def _plans(found: Rota) -> dict[str, dict[str, object]]:
    """Return how each layer is drawn up, in words, by its key."""
    language = get_language() or ENGLISH.code
    layers = found.layers.prefetch_related("members__identity", "hours")
    return {
        layer.public_id: {
            "turn_days": layer.turn_days,
            "people": [one.identity.name for one in sorted(layer.members.all(), key=lambda one: one.position)],
            "first_day": format_date(layer.starts_on, language),
            "handover": format_clock(layer.handover_minute, language),
            "hours": [
                format_hours_row(
                    HoursRow(frozenset(row.days), row.start_minute, row.end_minute, found.time_zone), language
                )
                for row in layer.hours.all()
            ],
        }
        for layer in layers
    }


def _asked_of(reader: Identity) -> list[Swap]:
    return list(access.visible_swaps(reader).filter(other=reader, state=SwapState.ASKED))


def _start(asked: str, zone: str, now: datetime) -> datetime:
    """Return the beginning of the day asked for, within a year; today by default."""
    try:
        found = resolve_local(datetime.combine(date.fromisoformat(asked), time()), zone).instant_utc
    except ValueError:
        return now
    return found if abs(found - now) < timedelta(days=370) else now


def _day(moment: datetime, reader: Identity) -> str:
    return moment.astimezone(ZoneInfo(reader.effective_time_zone)).date().isoformat()
