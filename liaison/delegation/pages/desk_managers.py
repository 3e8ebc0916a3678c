"""Staff set and end who manages a customer, after reading what follows, and mail its contact a link (D5, D3)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.access import account_for, require
from liaison.accounts.actors import System
from liaison.accounts.guards import signed_in
from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.refused import mark, say
from liaison.accounts.rights import AccountKind, Privilege
from liaison.delegation import actions, recordaccess
from liaison.delegation.opencases import open_cases
from liaison.delegation.pages.desk import staff_of
from liaison.delegation.recordforms import ManagerForm, ReasonForm
from liaison.delegation.relations import Relation, relations_now
from liaison.delegation.vocabulary import DelegationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Refusal
from liaison.web.pages import redirect_to, render_page

_OFFERED: Final = 200
_EVERYTHING: Final = System("desk")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def set_manager(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a reseller's domain, read what follows, and confirm."""
    actor = staff_of(request)
    customer = _changeable(actor, slug)
    form = ManagerForm(request.POST or None)
    consequences: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            domain = _domain(form.cleaned_data["domain"])
            consequences = _consequences_of_moving(customer, domain)
            if "confirmed" in request.POST:
                why = form.cleaned_data["why"]
                actions.set_manager(actor=actor, customer=customer, domain=domain, why=why, now=utc_now())
                messages.success(request, _("The manager of record is set."))
                return redirect_to(request, "desk_customer", slug=slug)
        except Refusal as refusal:
            consequences = []
            mark(form, refusal)
    offered = Domain.objects.filter(account__kind=AccountKind.RESELLER).order_by("name")
    context = {
        "customer": customer,
        "manager": _manager(customer),
        "form": form,
        "consequences": consequences,
        "domains": list(offered.values_list("name", flat=True)[:_OFFERED]),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/set_manager.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end_management(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first, with what follows; then nobody manages the customer."""
    actor = staff_of(request)
    customer = _changeable(actor, slug)
    manager = _manager(customer)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_management(actor=actor, customer=customer, why=form.cleaned_data["why"], now=utc_now())
            messages.success(request, _("The management is ended."))
        except (Conflict, Invalid) as refusal:
            say(request, refusal)
        return redirect_to(request, "desk_customer", slug=slug)
    if manager is None:
        messages.info(request, _("No reseller manages this customer."))
        return redirect_to(request, "desk_customer", slug=slug)
    consequences = [
        *_losing(manager),
        _("Nobody manages the customer until you set another reseller."),
        *_left(customer),
    ]
    context = {"customer": customer, "manager": manager, "form": form, "consequences": consequences}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/end_management.html", context, status=status)


@signed_in
@require_POST
def send_link(request: HttpRequest, slug: str, account: str) -> HttpResponse:
    """Mail the customer's contact a link by which it decides what an account may do."""
    actor = staff_of(request)
    customer = _changeable(actor, slug)
    try:
        actions.send_contact_link(actor=actor, customer=customer, account=account_for(actor, account), now=utc_now())
        messages.success(request, _("The link is on its way to the contact of the sales record."))
    except (Conflict, Invalid) as refusal:
        say(request, refusal)
    return redirect_to(request, "desk_customer", slug=slug)


def _changeable(actor: Identity, slug: str) -> Account:
    customer = recordaccess.record_for(actor, slug)
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    return customer


def _manager(customer: Account) -> Relation | None:
    return next((one for one in relations_now(customer) if one.is_manager), None)


def _domain(typed: str) -> Domain:
    """Return a reseller's domain by its name. Raises Invalid for everything else."""
    name = typed.replace("\x00", "").strip().lower().removeprefix("@")
    found = Domain.objects.select_related("account").filter(name=name, account__kind=AccountKind.RESELLER).first()
    if found is None:
        raise Invalid((FieldProblem("domain", DelegationCode.NOT_A_RESELLER),))
    return found


def _consequences_of_moving(customer: Account, domain: Domain) -> list[str]:
    """Return what follows from the move, in sentences: who loses and who gets access, and what of open cases."""
    before = _manager(customer)
    facts = {"account": domain.account.name, "domain": domain.name}
    if before is not None and before.bond.domain_id == domain.pk:
        raise Invalid((FieldProblem("domain", DelegationCode.MANAGED_ALREADY),))
    if before is not None and before.account.pk == domain.account_id:
        old = before.bond.domain.name if before.bond.domain else ""
        return [
            _("%(account)s goes on managing the customer, now with the domain %(domain)s.") % facts,
            _("Who signs in with %(old)s no longer sees the customer; who signs in with %(domain)s sees it.")
            % {**facts, "old": old},
            _("The earlier cases and what the customer granted go along."),
        ]
    gains = [
        _("%(account)s manages the customer from now on, with the domain %(domain)s.") % facts,
        _("It sees none of the customer's cases until the customer grants access, and then those filed from now on."),
    ]
    return [*(_losing(before) if before else []), *gains, *(_left(customer) if before else [])]


def _losing(manager: Relation) -> list[str]:
    facts = {"account": manager.account.name}
    if manager.level:
        return [
            _("%(account)s loses its access to the customer's cases at once, and what was granted to it ends.") % facts
        ]
    return [_("%(account)s no longer manages the customer. It had no access to its cases.") % facts]


def _left(customer: Account) -> list[str]:
    number = open_cases(_EVERYTHING, customer, utc_now())
    if not number:
        return []
    sentence = ngettext(
        "%(count)s case of the customer is open. The customer is asked whether it hands it over to a new reseller.",
        "%(count)s cases of the customer are open. The customer is asked which it hands over to a new reseller.",
        number,
    )
    return [sentence % {"count": number}]
