"""Pages of escalations: the ladder with the button for those who may, and the page behind the link of a message."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.limits import comes_too_often
from liaison.accounts.models import Account, Identity
from liaison.accounts.slots import outside_slots
from liaison.health.access import escalation_for, may_acknowledge, sees_addresses
from liaison.health.acknowledging import acknowledge_by_link, acknowledge_escalation, newest_escalation
from liaison.health.ladder import Ladder, Reader, ladder_of, who_has_it
from liaison.health.vocabulary import SubjectKind
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid, Missing
from liaison.notifications.escalation import links
from liaison.notifications.escalation.subjects import Described, handler_of_kind, kinds_of_drills
from liaison.notifications.escalation.vocabulary import EscalationCode
from liaison.notifications.models import NOBODY_HAS_IT, AcknowledgedVia, Escalation, EscalationState
from liaison.web import wording
from liaison.web.gate import open_at_the_gate, public
from liaison.web.pages import redirect_to, redirect_to_address, render_page

MOST_POSTS: Final = 60
_PAGE: Final = "health/escalation.html"


@open_at_the_gate
@signed_in
@require_safe
def escalation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one escalation; the ladder alone for the pages that keep it fresh."""
    reader = identity_of(request)
    found = escalation_for(reader, public_id)
    subject = described(found)
    if found.subject_kind in kinds_of_drills():  # it has a page of its own, with everybody's times
        return _to(request, subject.path)
    context = {**escalation_context(found, reader), "subject": subject}
    return render_page(request, _PAGE, context, fragment="ladder")


@open_at_the_gate
@signed_in
@require_POST
def acknowledge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take it, and lead back to what it is about; say who has it when somebody else was faster."""
    reader = identity_of(request)
    found = escalation_for(reader, public_id)
    try:
        outcome = acknowledge_escalation(actor=reader, escalation=found, via=AcknowledgedVia.PORTAL, now=utc_now())
    except Conflict as refusal:
        messages.warning(request, wording.text_of(refusal))
        return _back(request, found)
    if outcome.is_new:
        messages.success(
            request, _("You have it. Nobody else is called, and everybody who was told knows that you have it.")
        )
    elif outcome.escalation.state in NOBODY_HAS_IT:
        messages.success(request, _("Your answer counts. Others are still asked to answer."))
    else:
        name = who_has_it(outcome.escalation, reader_of(outcome.escalation, reader))
        messages.info(request, _("Somebody has it already: %(name)s") % {"name": name})
    return _back(request, found)


@public
@never_cache
@csrf_exempt  # the token of the link is the only right there is here: no cookie of the browser counts
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what it is about and who has it; only the button changes anything, for scanners follow links too."""
    reader = links.reader_of(token)
    if reader is None:
        raise Missing
    handler = handler_of_kind(reader.escalation.subject_kind)
    elsewhere = "" if handler is None else handler.answer_path(token)
    if elsewhere:
        return redirect_to_address(request, outside_slots(elsewhere))
    with timezone.override(ZoneInfo(reader.delivery.time_zone)):
        if request.method == "POST":
            return _acknowledge_by_link(request, token, reader)
        return _link_page(request, reader, reader.escalation)


def escalation_context(found: Escalation, reader: Identity) -> dict[str, Any]:
    """Return what `health/ladder.html` needs."""
    ladder: Ladder = ladder_of(found, reader_of(found, reader), now=utc_now())
    may_take = ladder.can_be_taken and may_acknowledge(reader, found.account_id, found.subject_kind, found.subject_id)
    return {"ladder": ladder, "may_acknowledge": may_take}


def described(found: Escalation) -> Described:
    """Return what an escalation is about. Raises Missing when it is gone."""
    handler = handler_of_kind(found.subject_kind)
    subject = None if handler is None else handler.described([found.subject_id]).get(found.subject_id)
    if subject is None:
        raise Missing
    return subject


def _acknowledge_by_link(request: HttpRequest, token: str, reader: links.Reader) -> HttpResponse:
    if comes_too_often(request, "health:acknowledge", most=MOST_POSTS):
        text = wording.text(EscalationCode.TOO_MANY)
        return _link_page(request, reader, reader.escalation, problem=text, status=HTTPStatus.TOO_MANY_REQUESTS)
    try:
        outcome = acknowledge_by_link(token=token, name=request.POST.get("name", ""), now=utc_now())
    except Invalid as refusal:
        problem = refusal.problems[0]
        text = wording.text(problem.code, problem.facts)
        return _link_page(request, reader, reader.escalation, problem=text, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict:
        return _link_page(request, reader, reader.escalation, status=HTTPStatus.GONE)
    return _link_page(request, reader, outcome.escalation, is_yours=outcome.is_new)


def _link_page(
    request: HttpRequest,
    reader: links.Reader,
    found: Escalation,
    *,
    is_yours: bool = False,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    # An old link must not say that it is over when it has begun again; the new link is in a message of its own.
    is_over = found.state == EscalationState.RESOLVED
    newest = newest_escalation(SubjectKind(found.subject_kind), int(found.subject_id)) if is_over else None
    stands = newest or found
    context = {
        "subject": described(found),
        "reader": reader,
        "is_yours": is_yours,
        "has_it": who_has_it(stands, Reader(addresses=True, staff=False)),
        "since": stands.ended_at,
        "is_over": stands.state == EscalationState.RESOLVED,
        "can_be_taken": found.state in NOBODY_HAS_IT,
        "problem": problem,
        "typed": request.POST.get("name", "")[:200],
    }
    response = render_page(request, "health/acknowledge.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response


def reader_of(found: Escalation, reader: Identity) -> Reader:
    account = Account.objects.filter(pk=found.account_id or 0).first()
    return Reader(addresses=account is not None and sees_addresses(reader, account), staff=reader.is_staff)


def _back(request: HttpRequest, found: Escalation) -> HttpResponse:
    subject = described(found)
    if found.subject_kind == SubjectKind.INCIDENT or found.subject_kind in kinds_of_drills():
        return _to(request, subject.path)
    return redirect_to(request, "escalation", public_id=found.public_id)


def _to(request: HttpRequest, path: str) -> HttpResponse:
    return redirect_to_address(request, request.META.get("SCRIPT_NAME", "") + path)
