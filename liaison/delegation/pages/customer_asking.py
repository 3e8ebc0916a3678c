"""What a delegate asks of its customers: access, singly or of several at once, and corrections of sales records."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.guards import signed_in, signed_in_for_a_form
from liaison.accounts.models import Account, Identity
from liaison.accounts.refused import mark
from liaison.delegation import access, actions, directory
from liaison.delegation.directory import PER_PAGE
from liaison.delegation.pages.customers import delegate_of
from liaison.delegation.recordforms import CorrectionForm
from liaison.delegation.vocabulary import GrantLevel
from liaison.lib.clock import utc_now
from liaison.lib.refusals import CommonCode, Forbidden, Missing, Refusal
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page

_ASKED_LEVELS: Final = {level.value: level for level in GrantLevel}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of asking one customer; `problem` is empty where it was asked."""

    customer: Account | None
    slug: str
    problem: str = ""


@signed_in
@require_POST
def ask_for_access(request: HttpRequest) -> HttpResponse:
    """Ask the chosen customers for access; the answer says for each what became of it."""
    actor = delegate_of(request)
    if not access.works_for_customers(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    one = request.POST.get("one", "")
    slugs = [one] if one else request.POST.getlist("shown" if "all" in request.POST else "customer")
    chosen = list(dict.fromkeys(slugs))[:PER_PAGE]
    if not chosen:
        messages.warning(request, _("Choose at least one customer."))
        return redirect_to(request, "customers")
    level = _ASKED_LEVELS.get(request.POST.get("level", ""), GrantLevel.MANAGE)
    answers = [_ask(actor, slug, level) for slug in chosen]
    if request.POST.get("back") == "customer" and answers[0].customer is not None:
        return _back_to_customer(request, answers[0], answers[0].customer)
    return render_page(request, "delegation/customers_asked.html", {"answers": answers})


@signed_in_for_a_form(typed=("text",))
@require_http_methods(["GET", "HEAD", "POST"])
def ask_correction(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what is wrong in a sales record; staff see it and deal with it (D2)."""
    actor = delegate_of(request)
    row = directory.row_of(actor, access.customer_for(actor, slug))
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_correction(actor=actor, customer=row.customer, text=form.cleaned_data["text"], now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The correction is asked for. Support deals with it."))
            return redirect_to(request, "customer", slug=row.customer.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/ask_correction.html", {"form": form, "row": row}, status=status)


def _ask(actor: Identity, slug: str, level: GrantLevel) -> Answer:
    try:
        customer = access.customer_for(actor, slug)
        actions.ask_access(actor=actor, customer=customer, level=level, now=utc_now())
    except Missing as missing:
        return Answer(None, slug, wording.text_of(missing))
    except Refusal as refusal:
        return Answer(customer, slug, wording.text_of(refusal))
    return Answer(customer, slug)


def _back_to_customer(request: HttpRequest, answer: Answer, customer: Account) -> HttpResponse:
    if answer.problem:
        messages.error(request, answer.problem)
    else:
        messages.success(request, _("The customer is asked for access."))
    return redirect_to(request, "customer", slug=customer.slug)
