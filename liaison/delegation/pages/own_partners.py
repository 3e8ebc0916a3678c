"""A customer begins and ends a support relationship by itself: choose a partner, confirm (D11)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in, signed_in_for_a_form
from liaison.accounts.refused import mark
from liaison.delegation import access, actions
from liaison.delegation.choosing import MOST_FOUND, partner_for, partners_found
from liaison.delegation.forms import PartnerWhyForm, WhyForm, posted
from liaison.delegation.models import Bond
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.pages import redirect_to, render_page

_LONGEST: Final = 100


@signed_in
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Search support partners by name or domain."""
    actor = identity_of(request)
    customer = access.own_customer(actor)
    access.require_granting(actor, customer)
    question = request.GET.get("q", "")[:_LONGEST].strip()
    found = partners_found(customer, question)
    context = {"question": question, "found": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}
    return render_page(request, "delegation/own_partners.html", context)


@signed_in_for_a_form(typed=("why",))
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what follows, then begin the relationship; nobody approves it."""
    actor = identity_of(request)
    customer = access.own_customer(actor)
    access.require_granting(actor, customer)
    partner = partner_for(slug)
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.begin_support(
                actor=actor, customer=customer, partner=partner, why=form.cleaned_data["why"], now=utc_now()
            )
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The support relationship has begun. Now grant access, if you want to."))
            return redirect_to(request, "own_access")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/own_begin.html", {"partner": partner, "form": form}, status=status)


@signed_in_for_a_form(typed=("why",))
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what follows, then end the relationship."""
    actor = identity_of(request)
    bond = access.support_bond_for(actor, access.own_customer(actor), slug)
    return _end(request, bond, WhyForm(posted(request)), "delegation/own_end.html", "own_access")


@signed_in_for_a_form(typed=("why",))
@require_http_methods(["GET", "HEAD", "POST"])
def end_by_partner(request: HttpRequest, slug: str) -> HttpResponse:
    """Let an administrator of the partner end the relationship with a customer: either side may (D11)."""
    actor = identity_of(request)
    customer = access.customer_for(actor, slug)
    bond = access.support_bond_for(actor, customer, actor.account.slug)
    access.require_ending_support(actor, bond)
    return _end(request, bond, PartnerWhyForm(posted(request)), "delegation/partner_end.html", "customers")


def _end(request: HttpRequest, bond: Bond, form: WhyForm, template: str, done: str) -> HttpResponse:
    actor = identity_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_support(actor=actor, bond=bond, why=form.cleaned_data["why"], now=utc_now())
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The support relationship has ended."))
            return redirect_to(request, done)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"partner": bond.account, "customer": bond.customer, "form": form}
    return render_page(request, template, context, status=status)
