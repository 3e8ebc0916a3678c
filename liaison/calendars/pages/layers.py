"""Drawing up the layers of a rota."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.calendars import access, actions
from liaison.calendars.actions.layers import MOST_HOURS, MOST_PEOPLE, LayerPlan
from liaison.calendars.forms import LayerForm, people_choices
from liaison.calendars.loading import callable_staff
from liaison.calendars.models import Layer, Rota
from liaison.calendars.pages.saying import refuse_in
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_clock
from liaison.lib.hours import MINUTES_A_DAY
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.pages import redirect_to, render_page

_WEEK: Final = 7
_EMPTY_PLACES: Final = 3
_EMPTY_ROWS: Final = 2
# What a verb calls otherwise than the form.
_FIELDS: Final = {"people": "person_1", "hours": "days_1"}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_layer(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    rota = access.rota_for(actor, public_id)
    access.require_manage(actor)
    form = _form(request, [], 1, {"starts_on": utc_now().date(), "handover": "09:00", "turn": 1, "unit": "7"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_layer(actor=actor, rota=rota, plan=_plan(form), now=utc_now())
        except (Invalid, Conflict) as refusal:
            refuse_in(form, refusal, _FIELDS)
        else:
            messages.success(request, _("The layer was added."))
            return redirect_to(request, "rota", public_id=public_id)
    return _form_page(request, form, rota, None)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_layer(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    layer = access.layer_for(actor, public_id)
    access.require_manage(actor)
    people = [one.identity for one in layer.members.select_related("identity").order_by("position")]
    form = _form(request, people, layer.hours.count(), _initial(layer, people))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_layer(actor=actor, layer=layer, plan=_plan(form), now=utc_now())
        except Invalid as invalid:
            refuse_in(form, invalid, _FIELDS)
        else:
            messages.success(request, _("The layer was changed."))
            return redirect_to(request, "rota", public_id=layer.rota.public_id)
    return _form_page(request, form, layer.rota, layer)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete_layer(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    layer = access.layer_for(actor, public_id)
    access.require_manage(actor)
    if request.method == "POST":
        actions.delete_layer(actor=actor, layer=layer, now=utc_now())
        messages.success(request, _("The layer was deleted."))
        return redirect_to(request, "rota", public_id=layer.rota.public_id)
    return render_page(request, "calendars/delete_layer.html", {"layer": layer, "rota": layer.rota})


def _form(request: HttpRequest, present: list[Identity], hours: int, initial: dict[str, Any]) -> LayerForm:
    """Return the form with a place for everybody present, for as many rows of hours, and some more of each.

    Who cannot be called any more may stay.
    """
    staff = list(callable_staff())
    people = staff + [one for one in present if one not in staff]
    places = min(len(present) + _EMPTY_PLACES, MOST_PEOPLE)
    rows = min(hours + _EMPTY_ROWS, MOST_HOURS)
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        # What was sent is read, although somebody else has made the layer shorter meanwhile.
        places = max(places, min(sum(name.startswith("person_") for name in posted), MOST_PEOPLE))
        rows = max(rows, min(sum(name.startswith("start_") for name in posted), MOST_HOURS))
    return LayerForm(people_choices(people), places, rows, posted, initial=initial)


def _plan(form: LayerForm) -> LayerPlan:
    return LayerPlan(
        people=form.people(),
        starts_on=form.cleaned_data["starts_on"],
        handover_minute=form.cleaned_data["handover"],
        turn_days=form.cleaned_data["turn"] * int(form.cleaned_data["unit"]),
        hours=form.hours(),
    )


def _initial(layer: Layer, people: list[Identity]) -> dict[str, Any]:
    in_weeks = layer.turn_days % _WEEK == 0
    initial: dict[str, Any] = {
        "starts_on": layer.starts_on,
        "handover": format_clock(layer.handover_minute, "en"),
        "turn": layer.turn_days // _WEEK if in_weeks else layer.turn_days,
        "unit": "7" if in_weeks else "1",
    }
    initial |= {f"person_{number}": one.public_id for number, one in enumerate(people, 1)}
    for number, row in enumerate(layer.hours.order_by("pk"), 1):
        end = row.end_minute - MINUTES_A_DAY if row.end_minute > MINUTES_A_DAY else row.end_minute
        initial |= {
            f"days_{number}": row.days,
            f"start_{number}": format_clock(row.start_minute, "en"),
            f"end_{number}": format_clock(end, "en"),
        }
    return initial


def _form_page(request: HttpRequest, form: LayerForm, rota: Rota, layer: Layer | None) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "rota": rota, "layer": layer, "hours_rows": form.hours_rows}
    return render_page(request, "calendars/layer_form.html", context, status=status)
