"""Pages: what is expected, one expectation with its answers, and, for staff, changing and closing it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.refused import mark, say
from liaison.expectations import access, actions
from liaison.expectations.forms import AnswerForm, ChangeForm
from liaison.expectations.listing import STATES, listing_of
from liaison.expectations.models import Expectation
from liaison.expectations.panel import panel_of
from liaison.expectations.subjects import Described, describe
from liaison.expectations.vocabulary import AnsweredVia
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, redirect_to_address, render_page


@signed_in
@require_safe
def expectations(request: HttpRequest) -> HttpResponse:
    """List what is expected of partners, for them of themselves: overdue first. `account` narrows it, for staff."""
    reader = identity_of(request)
    access.require_expectations(reader)
    state, account = request.GET.get("state", ""), request.GET.get("account", "").replace("\x00", "")
    chosen = {"state": state if state in STATES else "", "account": account if reader.is_staff else ""}
    found = listing_of(reader, chosen, request.GET.get("page", "1"), utc_now())
    context = {
        "page": found.page,
        "rows": found.rows,
        "chosen": chosen,
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "is_filtered": any(chosen.values()),
        "is_staff": reader.is_staff,
        "tabs": _tabs(chosen["account"]),
    }
    return render_page(request, "expectations/expectations.html", context)


@open_at_the_gate
@signed_in
@require_safe
def expectation(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what is expected, what was answered, and the form for those who answer."""
    reader = identity_of(request)
    return _show(request, access.expectation_for(reader, public_id), reader)


@open_at_the_gate
@signed_in
@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep an answer, and lead back to what it is about."""
    actor = identity_of(request)
    found = access.expectation_for(actor, public_id)
    access.require_answer(actor, found)
    form = AnswerForm(request.POST, before=found.answer, zone=actor.effective_time_zone)
    if not found.is_open or not form.is_valid():
        return _refused(request, found, actor, form)
    try:
        actions.answer_expectation(
            actor=actor, expectation=found, **form.cleaned_data, via=AnsweredVia.PAGE, now=utc_now()
        )
    except Invalid as refusal:
        mark(form, refusal)
        return _refused(request, found, actor, form)
    except Conflict as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("Your answer is kept. The platform operator sees it."))
    return _lead_back(request, found)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change_expectation(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Let staff expect something else, or by another moment."""
    actor = identity_of(request)
    found = access.expectation_for(actor, public_id)
    access.require_manage(actor, found)
    form = ChangeForm(request.POST or None, zone=actor.effective_time_zone, initial=_initial(found, actor))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_expectation(actor=actor, expectation=found, **form.cleaned_data, now=utc_now())
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("What is expected is saved."))
            return redirect_to(request, "expectation", public_id=public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "expectation": found, "subject": _subject(found)}
    return render_page(request, "expectations/change.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def close_expectation(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Ask before expecting nothing any more, and do it."""
    actor = identity_of(request)
    found = access.expectation_for(actor, public_id)
    access.require_manage(actor, found)
    if request.method != "POST":
        context = {
            "title": _("Expect nothing any more?"),
            "question": _("Close what is expected about this: %(title)s?") % {"title": _title(found)},
            "consequences": [_("The partner is not asked for an answer any more.")],
            "button": _("Close"),
            "back": reverse("expectation", kwargs={"public_id": public_id}),
        }
        return render_page(request, "web/confirm.html", context)
    try:
        actions.close_expectation(actor=actor, expectation=found, now=utc_now())
        messages.success(request, _("Nothing is expected about it any more."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "expectation", public_id=public_id)


def _show(
    request: HttpRequest,
    found: Expectation,
    reader: Identity,
    form: AnswerForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "expectation": found,
        "subject": _subject(found),
        "answer_panel": panel_of(reader, found, utc_now(), form),
        "is_staff": reader.is_staff,
    }
    address = reverse("expectation", kwargs={"public_id": found.public_id})
    return render_page(request, "expectations/expectation.html", context, status=status, address=address)


def _refused(request: HttpRequest, found: Expectation, actor: Identity, form: AnswerForm) -> HttpResponse:
    if found.is_open:
        return _show(request, found, actor, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _lead_back(request, found)


def _lead_back(request: HttpRequest, found: Expectation) -> HttpResponse:
    subject = _subject(found)
    if subject is None:
        return redirect_to(request, "expectation", public_id=found.public_id)
    return redirect_to_address(request, request.META.get("SCRIPT_NAME", "") + subject.path)


def _subject(found: Expectation) -> Described | None:
    return describe([found]).get((found.subject_kind, found.subject_id))


def _title(found: Expectation) -> str:
    subject = _subject(found)
    return subject.title if subject else found.public_id


def _initial(found: Expectation, actor: Identity) -> dict[str, str]:
    due_at = found.due_at.astimezone(ZoneInfo(actor.effective_time_zone))
    return {"expected": found.expected, "due_at": due_at.strftime("%Y-%m-%dT%H:%M")}


def _tabs(account: str) -> list[tuple[str, str, str]]:
    """Return the states as tabs: key, words, address."""
    words = {"": _("Still open"), "overdue": _("Overdue"), "waiting": _("Not due yet"), "closed": _("Closed")}

    def address(state: str) -> str:
        asked = {key: value for key, value in (("state", state), ("account", account)) if value}
        return "?" + urlencode(asked)

    return [(key, label, address(key)) for key, label in words.items()]
