"""A customer's users grant, widen, narrow and revoke, and answer requests: each change after a page that explains it.

Granting needs an administrator of the customer, revoking any of its users (W5).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in_for_a_form
from liaison.accounts.models import Account, Identity
from liaison.accounts.refused import mark
from liaison.accounts.rights import Privilege
from liaison.delegation import access, actions
from liaison.delegation.actions.writing import signed_in as doer
from liaison.delegation.forms import GrantForm, WhyForm, chosen_level, posted
from liaison.delegation.relations import Relation, relation_with
from liaison.delegation.vocabulary import DelegationCode, GrantLevel
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.web.pages import redirect_to, render_page


@signed_in_for_a_form(typed=("why",))
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose what an account may do. Who is no administrator can narrow, and nothing else."""
    actor = identity_of(request)
    customer, relation = _relation(actor, slug)
    levels = _levels(actor, relation)
    form = GrantForm(posted(request), levels=levels, initial={"level": _first_choice(request, relation, levels)})
    if request.method == "POST" and form.is_valid():
        level = chosen_level(form)
        try:
            if level is not None:
                actions.grant_access(
                    actor=doer(actor), customer=customer, account=relation.account, level=level,
                    why=form.cleaned_data["why"], now=utc_now(),
                )  # fmt: skip
        except (Invalid, Conflict, Forbidden) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The access is set. It counts from now on."))
            return redirect_to(request, "own_access")
    context = {"relation": relation, "form": form, "may_widen": GrantLevel.MANAGE in levels}
    return _form_page(request, "delegation/own_grant.html", form, context)


@signed_in_for_a_form(typed=("why",))
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what follows, then take back what was granted."""
    actor = identity_of(request)
    customer, relation = _relation(actor, slug)
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_access(
                actor=doer(actor), customer=customer, account=relation.account,
                why=form.cleaned_data["why"], now=utc_now(),
            )  # fmt: skip
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The access is revoked. It counts from now on."))
            return redirect_to(request, "own_access")
    return _form_page(request, "delegation/own_revoke.html", form, {"relation": relation, "form": form})


@signed_in_for_a_form()
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first, then decline what an account asked for."""
    actor = identity_of(request)
    customer = access.own_customer(actor)
    asked = access.request_for(customer, public_id)
    access.require_granting(actor, customer)
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_request(actor=actor, request=asked, level=None, why="", now=utc_now())
        except Conflict as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The request is declined."))
            return redirect_to(request, "own_access")
    return _form_page(request, "delegation/own_decline.html", form, {"asked": asked, "form": form})


def _relation(actor: Identity, slug: str) -> tuple[Account, Relation]:
    customer = access.own_customer(actor)
    relation = relation_with(customer, access.bound_account_for(customer, slug))
    if relation is None:  # it ended between the two
        raise Missing
    return customer, relation


def _levels(actor: Identity, relation: Relation) -> tuple[str, ...]:
    """Return the levels that the actor can choose. Raises Forbidden where it can choose none."""
    if actor.may(Privilege.MANAGE_GRANTS):
        return (GrantLevel.VIEW, GrantLevel.MANAGE)
    if not relation.is_widest:
        raise Forbidden(DelegationCode.NEEDS_ADMINISTRATOR)
    return (GrantLevel.VIEW,)


def _first_choice(request: HttpRequest, relation: Relation, levels: tuple[str, ...]) -> str:
    """Return the level that was asked for or that the address names, else the one that holds; the narrowest else."""
    named = request.GET.get("level", "") or (relation.asked.level if relation.asked else "")
    return next((level for level in (named, relation.level) if level in levels), levels[0])


def _form_page(request: HttpRequest, template: str, form: WhyForm, context: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, template, context, status=status)
