"""Pages of one incident: its story with evidence and proof, and people's work on it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.expectations.panel import panel_about
from liaison.health.access import (
    incident_for,
    may_work_as_staff,
    may_work_on,
    require_work,
    sees_addresses,
    who_may_have,
)
from liaison.health.acknowledging import newest_escalation
from liaison.health.actions import comment_incident, give_incident, write_note
from liaison.health.escalation_pages import escalation_context
from liaison.health.evidence import evidence_of, labelled
from liaison.health.forms import CommentForm, NoteForm
from liaison.health.lately import changed_lately
from liaison.health.models import Incident
from liaison.health.proof import Proof, proof_of
from liaison.health.related import panels_about
from liaison.health.timeline import timeline_of
from liaison.health.titles import title_of
from liaison.health.vocabulary import IncidentCode, IncidentSource, SubjectKind
from liaison.health.words import SOURCES, severity_name
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page, wants_fragment

LIVE, PROOF = "live", "proof"


@signed_in
@require_safe
def incident(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one incident. Its parts are kept fresh apart from the forms, so that nothing typed is lost."""
    reader = identity_of(request)
    return _show(request, incident_for(reader, public_id), reader)


@signed_in
@require_POST
def comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say something about it."""
    reader = identity_of(request)
    found = incident_for(reader, public_id)
    require_work(reader, found)
    form = CommentForm(request.POST, is_of_staff=may_work_as_staff(reader))
    if form.is_valid():
        is_internal = bool(form.cleaned_data.get("is_internal"))
        text = form.cleaned_data["text"]
        comment_incident(actor=reader, incident=found, text=text, is_internal=is_internal, now=utc_now())
        return redirect_to(request, "incident", public_id=public_id)
    return _refused(request, found, reader, comment_form=form)


@signed_in
@require_POST
def give(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take it oneself, give it to a colleague, or let nobody have it."""
    reader = identity_of(request)
    found = incident_for(reader, public_id)
    require_work(reader, found)
    try:
        owner = _owner_of(request.POST.get("owner", ""), found, reader)
        give_incident(actor=reader, incident=found, owner=owner, now=utc_now())
    except Invalid as refusal:
        messages.error(request, wording.text(refusal.problems[0].code, refusal.problems[0].facts))
    return redirect_to(request, "incident", public_id=public_id)


@signed_in
@require_POST
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write down what was learned."""
    reader = identity_of(request)
    found = incident_for(reader, public_id)
    require_work(reader, found)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, reader, note_form=form)
    try:
        write_note(actor=reader, incident=found, text=form.cleaned_data["text"], now=utc_now())
    except Conflict as refusal:
        messages.warning(request, wording.text_of(refusal))
    else:
        messages.success(request, _("The note is saved."))
    return redirect_to(request, "incident", public_id=public_id)


def _owner_of(asked: str, found: Incident, reader: Identity) -> Identity | None:
    """Return whom the form names; `me` is the reader, nothing nobody. Raises Invalid for anybody else."""
    if not asked:
        return None
    if asked == "me":
        return reader
    owner = next((one for one in who_may_have(reader, found) if one.public_id == asked), None)
    if owner is None:
        raise Invalid((FieldProblem("owner", IncidentCode.UNKNOWN_OWNER),))
    return owner


def _refused(request: HttpRequest, found: Incident, reader: Identity, **forms: Any) -> HttpResponse:
    return _show(request, found, reader, status=HTTPStatus.UNPROCESSABLE_ENTITY, **forms)


def _show(
    request: HttpRequest, found: Incident, reader: Identity, *, status: int = HTTPStatus.OK, **forms: Any
) -> HttpResponse:
    proof = _proof(found, reader)
    context = {
        **_facts(found, reader),
        "proof": proof,
        "timeline": timeline_of(found, reader, proof),
        "lately": changed_lately(found, reader),
        "answer_panel": panel_about(reader, SubjectKind.INCIDENT, str(found.pk), utc_now()),
        "related": () if wants_fragment(request) else panels_about(reader, found),
        **_work(found, reader),
        **forms,
    }
    escalated = newest_escalation(SubjectKind.INCIDENT, found.pk)
    if escalated is not None:
        context |= escalation_context(escalated, reader)
    fragment = LIVE if request.GET.get("part") == LIVE else PROOF
    return render_page(request, "health/incident.html", context, status=status, fragment=fragment)


def _facts(found: Incident, reader: Identity) -> dict[str, Any]:
    return {
        "incident": found,
        "title": title_of(found),
        "integration_name": kind_name(found.environment.integration.kind),
        "account_name": found.environment.integration.account.name,
        "severity": severity_name(found.severity),
        "source": SOURCES.get(found.source, found.source),
        "evidence": evidence_of(found),
        "own_words": [] if found.source == IncidentSource.RULES else labelled(found),
        "is_staff": reader.is_staff,
        "owner_name": found.owner.name if found.owner else "",
        "note_by": found.note_by.name if found.note_by else "",
    }


def _work(found: Incident, reader: Identity) -> dict[str, Any]:
    """Return the forms of those who work on it."""
    if not may_work_on(reader, found):
        return {"may_work": False, "note_form": None}
    return {
        "may_work": True,
        "owners": who_may_have(reader, found),
        "is_mine": found.owner_id == reader.pk,
        "comment_form": CommentForm(is_of_staff=may_work_as_staff(reader)),
        "note_form": NoteForm(initial={"text": found.note}) if found.resolved_at else None,
    }


def _proof(found: Incident, reader: Identity) -> Proof:
    account = found.environment.integration.account
    return proof_of(
        found,
        language=get_language() or "en",
        addresses=sees_addresses(reader, account),
        staff=reader.is_staff,
    )
