"""Account and users, Integrations, Maintenance: pause now or later, change, cancel, resume, and what was (S5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.integrations import actions
from liaison.integrations.access import integration_for, may, pause_for, require
from liaison.integrations.models import Integration, Pause, PauseState, Status
from liaison.integrations.pages.shared import address_of, back_to, mark, said
from liaison.integrations.pause_forms import PRESETS, ChangePauseForm, PauseForm
from liaison.integrations.wording import kind_name
from liaison.integrations.words import shown_name
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_duration
from liaison.lib.refusals import Conflict, Invalid
from liaison.lib.zones import city_name
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page

_SHOWN: Final = 50
_WHO_CHANGES: Final = {"own": Privilege.PAUSE_INTEGRATIONS, "staff": Privilege.STAFF_MANAGE_INTEGRATIONS}


@dataclass(frozen=True)
class Line:
    """One pause as the reader may know it. `left` are words for the time until its end, empty when there is none."""

    pause: Pause
    by: str
    left: str
    is_past_its_end: bool


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def pauses(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what is paused, planned and past, and what pausing means; the form pauses now or plans."""
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    if request.method != "POST":
        return _render(request, reader, integration, PauseForm(is_paused=integration.status == Status.PAUSED))
    require(reader, integration.account, own=Privilege.PAUSE_INTEGRATIONS)
    form = PauseForm(request.POST, is_paused=integration.status == Status.PAUSED)
    if form.is_valid() and _pause(request, reader, integration, form):
        return redirect_to(request, "pause_integration", public_id=public_id)
    return _render(request, reader, integration, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@open_at_the_gate
@signed_in
@require_POST
def resume(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    said(
        request,
        lambda: actions.resume_integration(actor=reader, integration=integration, now=utc_now()),
        _("The integration is live again."),
    )
    return back_to(request, reader, integration.account, "integrations")


@open_at_the_gate
@signed_in
@require_POST
def extend_pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move the end of a running pause by one of the presets, from its present end or from now."""
    reader = identity_of(request)
    pause = pause_for(reader, public_id)
    require(reader, pause.integration.account, **_WHO_CHANGES)
    minutes = request.POST.get("minutes", "")
    now = utc_now()
    if minutes in dict(PRESETS):
        until = max(pause.ends_at or now, now) + timedelta(minutes=int(minutes))
        try:
            _change(reader, pause, pause.starts_at, until, now)
        except Conflict as conflict:
            messages.error(request, wording.text_of(conflict))
        except Invalid as invalid:
            messages.error(request, wording.text(invalid.problems[0].code, invalid.problems[0].facts))
        else:
            messages.success(request, _("The pause has a later end."))
    return redirect_to(request, "pause_integration", public_id=pause.integration.public_id)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change the end or the reason, and the start of one that is planned."""
    reader = identity_of(request)
    pause = pause_for(reader, public_id)
    require(reader, pause.integration.account, **_WHO_CHANGES)
    typed = request.POST if request.method == "POST" else None
    form = ChangePauseForm(typed, pause=pause, zone=reader.effective_time_zone)
    if request.method == "POST" and form.is_valid() and _save(reader, pause, form):
        messages.success(request, _("The pause was changed."))
        return redirect_to(request, "pause_integration", public_id=pause.integration.public_id)
    context = {
        "pause": pause,
        "integration": pause.integration,
        "name": kind_name(pause.integration.kind),
        "form": form,
        "zone": _zone(reader),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "integrations/change_pause.html", context, status=status)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_pause(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first: whoever was told of the plan is told that it is off."""
    reader = identity_of(request)
    pause = pause_for(reader, public_id)
    require(reader, pause.integration.account, **_WHO_CHANGES)
    if request.method == "POST":
        said(
            request,
            lambda: actions.cancel_pause(actor=reader, pause=pause, now=utc_now()),
            _("The planned pause was cancelled."),
        )
        return redirect_to(request, "pause_integration", public_id=pause.integration.public_id)
    context = {"pause": pause, "integration": pause.integration, "name": kind_name(pause.integration.kind)}
    return render_page(request, "integrations/cancel_pause.html", context)


def _pause(request: HttpRequest, reader: Identity, integration: Integration, form: PauseForm) -> bool:
    now = utc_now()
    starts_at, until = form.moments(reader.effective_time_zone, now)
    asked = {"reason": form.cleaned_data["reason"], "ends_by_itself": form.cleaned_data["ends_by_itself"]}
    try:
        if starts_at is None:
            actions.pause_integration(actor=reader, integration=integration, until=until, now=now, **asked)
            messages.success(request, _("The integration is paused. Production alerts are recorded and not sent."))
        else:
            actions.schedule_pause(
                actor=reader, integration=integration, starts_at=starts_at, until=until, now=now, **asked
            )
            messages.success(request, _("The pause is planned, and people are told."))
    except Conflict as conflict:
        form.add_error(None, wording.text_of(conflict))
    except Invalid as invalid:
        mark(form, invalid)
    return not form.errors


def _save(reader: Identity, pause: Pause, form: ChangePauseForm) -> bool:
    starts_at, until = form.moments()
    pause.reason, pause.ends_by_itself = form.cleaned_data["reason"], form.cleaned_data["ends_by_itself"]
    try:
        _change(reader, pause, starts_at, until, utc_now())
    except Conflict as conflict:
        form.add_error(None, wording.text_of(conflict))
    except Invalid as invalid:
        mark(form, invalid)
    return not form.errors


def _change(reader: Identity, pause: Pause, starts_at: datetime | None, until: datetime | None, now: datetime) -> Pause:
    return actions.change_pause(
        actor=reader,
        pause=pause,
        starts_at=starts_at,
        until=until,
        reason=pause.reason,
        ends_by_itself=pause.ends_by_itself,
        now=now,
    )


def _render(
    request: HttpRequest,
    reader: Identity,
    integration: Integration,
    form: PauseForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    now, account = utc_now(), integration.account
    rows = integration.pauses.select_related("created_by__domain__account").order_by("-starts_at", "-pk")[:_SHOWN]
    lines = [_line(pause, reader, now) for pause in rows]
    can_pause = may(reader, account, own=Privilege.PAUSE_INTEGRATIONS)
    context = {
        "integration": integration,
        "account": account,
        "name": kind_name(integration.kind),
        "back": address_of(reader, account, "integrations"),
        "running": next((line for line in lines if line.pause.state == PauseState.RUNNING), None),
        "planned": [line for line in reversed(lines) if line.pause.state == PauseState.SCHEDULED],
        "past": [line for line in lines if line.pause.state in {PauseState.OVER, PauseState.CANCELLED}],
        "form": form if can_pause and integration.status in {Status.LIVE, Status.PAUSED} else None,
        "can_pause": can_pause,
        "can_change": may(reader, account, **_WHO_CHANGES),
        "presets": PRESETS,
        "zone": _zone(reader),
    }
    return render_page(request, "integrations/pauses.html", context, status=status, fragment="running")


def _line(pause: Pause, reader: Identity, now: datetime) -> Line:
    end, language = pause.ends_at, get_language() or "en"
    return Line(
        pause=pause,
        by="" if pause.created_by is None else shown_name(pause.created_by, reader),
        left=format_duration(end - now, language) if end is not None and end > now else "",
        is_past_its_end=end is not None and end <= now,
    )


def _zone(reader: Identity) -> str:
    return city_name(reader.effective_time_zone, get_language() or "en")
