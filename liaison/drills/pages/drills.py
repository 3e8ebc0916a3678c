"""Drills: their history, the page that starts one, one drill with everybody's times, and the schedule."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.labels import field_label
from liaison.drills import access, actions
from liaison.drills.chart import chart_of
from liaison.drills.forms import ScheduleForm, StartForm, initial_of
from liaison.drills.models import Drill, DrillSchedule
from liaison.drills.pages.common import Place, place_for, place_of
from liaison.drills.people import drillable_fields
from liaison.drills.planned import planned_drill
from liaison.drills.results import clock, history_of, results_of, summaries_of
from liaison.drills.vocabulary import DRILL_FIELDS
from liaison.drills.wording import MOVED, OUTCOMES
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid
from liaison.notifications.models import AcknowledgedVia
from liaison.web import wording
from liaison.web.pages import redirect_to, redirect_to_address, render_page

PER_PAGE: Final = 25


@signed_in
@require_safe
def drills(request: HttpRequest, slug: str = "") -> HttpResponse:
    """List the drills of an account with their outcome, and when the next one is due."""
    place = place_of(request, slug)
    found = access.drills_for(identity_of(request), place.account).order_by("-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_words(),
        **place.context,
        "page": page,
        "summaries": summaries_of(list(page.object_list)),
        "schedule": access.schedule_for(identity_of(request), place.account),
    }
    return render_page(request, "drills/drills.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def start_drill(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Say exactly who will be told and when; the button starts it. The choice stands in the address."""
    place = place_of(request, slug)
    actor = identity_of(request)
    access.require_run(actor, place.account)
    fields = drillable_fields(place.account)
    usual = {"field": _usual_field(fields), "mode": "reality"}
    asked: Any = request.POST if request.method == "POST" else request.GET if "field" in request.GET else usual
    form = StartForm(asked, fields=fields)
    if fields and form.is_valid() and request.method == "POST":
        values = form.cleaned_data
        try:
            drill = actions.start_drill(
                actor=actor,
                account=place.account,
                field=values["field"],
                everybody=values["mode"] == "everybody",
                is_announced=values["announced"],
                now=utc_now(),
            )
            return redirect_to(request, "drill", public_id=drill.public_id)
        except Conflict as refusal:
            form.add_error(None, wording.text_of(refusal))
    return _start_page(request, place, form, has_fields=bool(fields))


@signed_in
@require_safe
def drill(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one drill; its results alone for the page that keeps itself fresh."""
    reader = identity_of(request)
    found = access.drill_for(reader, public_id)
    history = history_of(found)
    told = access.delivery_told(found, access.key_of(reader)) if found.is_running else None
    context = {
        **_words(),
        **place_for(request, found.account).context,
        "drill": found,
        "results": results_of(found),
        "history": history,
        "chart": chart_of(history),
        "may_answer": told is not None and not found.answers.filter(delivery=told).exists(),
    }
    return render_page(request, "drills/drill.html", context, fragment="results")


@signed_in
@require_POST
def end_drill(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop a drill that runs."""
    actor = identity_of(request)
    found = access.drill_for(actor, public_id)
    try:
        actions.end_drill(actor=actor, drill=found, now=utc_now())
        messages.success(request, _("The drill was stopped. Nobody else is called."))
    except Conflict as refusal:
        messages.warning(request, wording.text_of(refusal))
    return redirect_to(request, "drill", public_id=public_id)


@signed_in
@require_POST
def answer_drill(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer as a signed-in person who was told."""
    actor = identity_of(request)
    found = access.drill_for(actor, public_id)
    try:
        actions.answer_drill(actor=actor, drill=found, via=AcknowledgedVia.PORTAL, now=utc_now())
        messages.success(request, _("Thank you: your answer counts."))
    except (Conflict, Forbidden) as refusal:
        messages.warning(request, wording.text_of(refusal))
    return redirect_to(request, "drill", public_id=public_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def drill_schedule(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show and change the monthly drill; who may not change it sees it on the page of drills."""
    place, actor = place_of(request, slug), identity_of(request)
    access.require_run(actor, place.account)
    known = access.schedule_for(actor, place.account)
    fields = tuple(DRILL_FIELDS)
    initial = initial_of(known, place.account.time_zone)
    form = ScheduleForm(request.POST or None, fields=fields, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_drill_schedule(actor=actor, account=place.account, wish=form.wish(), now=utc_now())
        except Invalid as refusal:
            for problem in refusal.problems:
                form.add_error(None, wording.text(problem.code, problem.facts))
        else:
            messages.success(request, _("The schedule was saved."))
            return redirect_to_address(request, place.address("drills"))
    context = {**_words(), **place.context, "form": form, "schedule": known}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "drills/schedule.html", context, status=status)


def _start_page(request: HttpRequest, place: Place, form: StartForm, *, has_fields: bool) -> HttpResponse:
    is_valid = form.is_valid()
    chosen = form.data.get("field", "")
    planned = None
    if has_fields and chosen in DRILL_FIELDS:
        everybody = form.data.get("mode") == "everybody"
        planned = planned_drill(place.account, ContactField(chosen), everybody=everybody, now=utc_now())
    context = {**_words(), **place.context, "form": form, "planned": planned, "has_fields": has_fields}
    status = HTTPStatus.OK if is_valid or not has_fields else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(request, "drills/start.html", context, status=status, fragment="planned")


def _usual_field(fields: tuple[ContactField, ...]) -> str:
    emergency = ContactField.EMERGENCY
    return str(emergency if emergency in fields or not fields else fields[0])


def _words() -> dict[str, Any]:
    return {
        "clock": clock,
        "field_name": lambda field: field_label(ContactField(field)),
        "outcome_of": lambda drill: OUTCOMES[drill.outcome],
        "moved_words": MOVED,
        "is_moved": lambda schedule: isinstance(schedule, DrillSchedule) and bool(schedule.moved_because),
        "seconds": lambda took: round(took.total_seconds()),
        "is_missed": lambda drill: isinstance(drill, Drill) and drill.started_at is None,
    }
