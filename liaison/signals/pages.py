"""Pages of the operator's staff: the Prometheus servers that are asked each minute, and what they say."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.signals import access, actions
from liaison.signals.actions.sources import SourceForm, source_of, usable
from liaison.signals.forms import PrometheusForm
from liaison.signals.models import PrometheusSource
from liaison.signals.polling import OLD_ENOUGH
from liaison.signals.prometheus import SourceError, ask
from liaison.signals.rollups import minute_of
from liaison.signals.vocabulary import SourceProblem
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page

_SHOWN: Final = 5


@signed_in
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """List the sources, and how they do."""
    found = access.visible_sources(identity_of(request))
    rows = [(one, _problem_of(one)) for one in found]
    return render_page(request, "signals/sources.html", {"rows": rows})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def add_source(request: HttpRequest) -> HttpResponse:
    """Add a source, or show what it would say without adding it."""
    actor = identity_of(request)
    access.require_managing_sources(actor)
    form = PrometheusForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "found": None, "problem": ""}
    if request.method == "POST" and form.is_valid():
        told = SourceForm(**{name: form.cleaned_data[name] for name in SourceForm.__dataclass_fields__})
        try:
            if "try" in request.POST:
                context |= _tried(source_of(usable(told), utc_now()))
                return render_page(request, "signals/add_source.html", context)
            added = actions.add_source(actor=actor, form=told, now=utc_now())
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field, wording.text(problem.code, problem.facts))
        except Conflict as conflict:
            form.add_error(None, wording.text_of(conflict))
        else:
            messages.success(request, _("The source was added. It is asked from now on."))
            return redirect_to(request, "signal_source", public_id=added.public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "signals/add_source.html", context, status=status)


@signed_in
@require_safe
def source(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a source; with `try`, also what it says right now."""
    found = access.source_for(identity_of(request), public_id)
    context: dict[str, Any] = {"source": found, "standing": _problem_of(found), "found": None, "problem": ""}
    if "try" in request.GET:
        context |= _tried(found)
    return render_page(request, "signals/source.html", context)


@signed_in
@require_POST
def switch_source(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask a source from now on, or no more."""
    actor = identity_of(request)
    found = access.source_for(actor, public_id)
    switched = actions.switch_source(actor=actor, source=found, is_on=request.POST.get("is_on") == "yes", now=utc_now())
    said = _("The source is asked from now on.") if switched.is_on else _("The source is not asked any more.")
    messages.success(request, said)
    return redirect_to(request, "signal_source", public_id=public_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove_source(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    found = access.source_for(actor, public_id)
    if request.method == "POST":
        actions.remove_source(actor=actor, source=found, now=utc_now())
        messages.success(request, _("The source was removed."))
        return redirect_to(request, "signal_sources")
    return render_page(request, "signals/remove_source.html", {"source": found})


def _tried(found: PrometheusSource) -> dict[str, Any]:
    """Return the first rows of the newest minute that counts, and how many there are, or what went wrong."""
    try:
        lines = ask(found, minute_of(utc_now()) - OLD_ENOUGH)
    except SourceError as error:
        return {"problem": wording.text(error.problem)}
    return {"found": lines[:_SHOWN], "count": len(lines)}


def _problem_of(found: PrometheusSource) -> str:
    return wording.text(SourceProblem(found.last_problem)) if found.last_problem else ""
