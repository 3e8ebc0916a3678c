"""Taking over: agreed before, or now."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.calendars import access, actions
from liaison.calendars.codes import RotaCode
from liaison.calendars.forms import OverrideForm, TakeOverForm, people_choices
from liaison.calendars.loading import callable_staff, load_rotas
from liaison.calendars.models import Layer
from liaison.calendars.oncall import next_handover
from liaison.calendars.pages.saying import refuse_in, words_of
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.web.pages import redirect_to, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_override(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let somebody take over a layer: oneself, or, for those who draw up rotas, anybody who can be on call."""
    actor = identity_of(request)
    layer = access.layer_for(actor, public_id)
    if not access.may_manage(actor) and not access.may_be_called(actor):
        raise Forbidden(RotaCode.YOU_CANNOT_BE_CALLED)
    people = [one for one in callable_staff() if access.may_manage(actor) or one == actor]
    zone = actor.effective_time_zone
    form = OverrideForm(people_choices(people), zone, request.POST or None, initial={"person": actor.public_id})
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_override(actor=actor, layer=layer, **form.cleaned_data, now=utc_now())
        except Invalid as invalid:
            refuse_in(form, invalid)
        else:
            messages.success(request, _("It is agreed who takes over."))
            return redirect_to(request, "rota", public_id=layer.rota.public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "layer": layer, "rota": layer.rota}
    return render_page(request, "calendars/override_form.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take over now, until the next hand-over or another moment."""
    actor, now = identity_of(request), utc_now()
    layer = access.layer_for(actor, public_id)
    if not access.may_be_called(actor):
        raise Forbidden(RotaCode.YOU_CANNOT_BE_CALLED)
    form = TakeOverForm(actor.effective_time_zone, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_over(actor=actor, layer=layer, until=form.cleaned_data["until"], now=now)
        except (Invalid, Conflict) as refusal:
            refuse_in(form, refusal, {"ends_at": "until"})
        else:
            messages.success(request, _("You are on call now."))
            return redirect_to(request, "rota", public_id=layer.rota.public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "layer": layer, "rota": layer.rota, "handover": _handover(layer)}
    return render_page(request, "calendars/take_over.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove_override(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    override = access.override_for(actor, public_id)
    rota = override.layer.rota
    if request.method == "POST":
        try:
            actions.remove_override(actor=actor, override=override, now=utc_now())
            messages.success(request, _("The usual turns count again."))
        except Conflict as conflict:
            messages.error(request, words_of(conflict))
        return redirect_to(request, "rota", public_id=rota.public_id)
    return render_page(request, "calendars/remove_override.html", {"override": override, "rota": rota})


def _handover(layer: Layer) -> object:
    now = utc_now()
    rotas = load_rotas(now, now + timedelta(days=1), pk=layer.rota_id)
    facts = next((one for rota in rotas for one in rota.facts.layers if one.key == layer.public_id), None)
    if facts is None:
        raise Missing
    return next_handover(rotas[0].facts, facts, now)
