"""Pages of the operator's staff: accounts, one account with everything about it, its history, a new account."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts import queries
from liaison.accounts.access import identity_for, may, require
from liaison.accounts.actions import assign_partner_manager as assign
from liaison.accounts.actions import set_support_tier as set_tier
from liaison.accounts.guards import identity_of
from liaison.accounts.models import Account, Identity
from liaison.accounts.refused import mark, say
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.wording import ACCOUNT_KINDS, ROLES, SUPPORT_TIERS
from liaison.cases.lists.asking import Listing, count, reader_of
from liaison.cases.lists.statements import MOST_COUNTED
from liaison.cases.lists.wanted import OPEN_STATES, Wanted
from liaison.catalog.vocabulary import SupportTier
from liaison.contacts.labels import FieldNames
from liaison.contacts.reachability import reachability_of
from liaison.contacts.reachwords import score_view
from liaison.contacts.state import state_of
from liaison.delegation.access import DELEGATES
from liaison.delegation.recordaccess import reads_records
from liaison.desk import actions
from liaison.desk.access import desk_account_for, for_staff
from liaison.desk.forms import OpenAccountForm, PartnerManagerForm, SupportTierForm
from liaison.desk.history import history_of
from liaison.desk.overview import completeness, integration_lines, overview
from liaison.desk.told import told_lately
from liaison.expectations.listing import first_of_account
from liaison.health.access import visible_incidents
from liaison.health.open_escalations import open_escalations
from liaison.health.titles import title_of
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.languages import language_for
from liaison.lib.refusals import Conflict, Invalid
from liaison.notices.access import may_write
from liaison.web.pages import redirect_to, render_page

COMPLETENESS: Final = {
    "not_asked": gettext_lazy("Not needed"),
    "locked": gettext_lazy("Never completed"),
    "lapsed": gettext_lazy("Incomplete again"),
    "complete": gettext_lazy("Complete"),
}
_NEWEST_INCIDENTS: Final = 10
_SHOWN_USERS: Final = 10


@for_staff
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """List the accounts that the reader may see: all, or those assigned to a partner manager."""
    reader = identity_of(request)
    chosen = {
        "q": request.GET.get("q", "").strip(),
        "kind": request.GET.get("kind", ""),
        "order": request.GET.get("order", ""),
    }
    found = overview(
        reader,
        search=chosen["q"],
        kind=chosen["kind"],
        order=chosen["order"],
        number=request.GET.get("page", "1"),
        now=utc_now(),
    )
    context = {
        "rows": found.rows,
        "escalations": open_escalations(reader),
        "page": found.page,
        "chosen": chosen,
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "kinds": list(ACCOUNT_KINDS.items()),
        "completeness_words": COMPLETENESS,
        "sees_all": reader.may(Privilege.STAFF_VIEW_ALL),
        "may_open": reader.may(Privilege.STAFF_MANAGE_ACCOUNTS),
    }
    return render_page(request, "desk/desk.html", context)


@for_staff
@require_safe
def account(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how an account stands, and lead to everything about it."""
    reader = identity_of(request)
    found = desk_account_for(reader, slug)
    return render_page(request, "desk/account.html", _account_context(reader, found))


@for_staff
@require_POST
def assign_partner_manager(request: HttpRequest, slug: str) -> HttpResponse:
    """Assign a partner manager, or nobody."""
    actor = identity_of(request)
    found = desk_account_for(actor, slug)
    wanted = request.POST.get("manager", "")
    manager = identity_for(actor, wanted) if wanted else None
    try:
        assign(actor=actor, account=found, manager=manager, now=utc_now())
        messages.success(request, _("The partner manager is saved."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "account", slug=slug)


@for_staff
@require_POST
def set_support_tier(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what the support of the account covers."""
    actor = identity_of(request)
    found = desk_account_for(actor, slug)
    form = SupportTierForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the support tiers."))
        return redirect_to(request, "account", slug=slug)
    try:
        set_tier(actor=actor, account=found, tier=SupportTier(form.cleaned_data["tier"]), now=utc_now())
        messages.success(request, _("The support tier is saved."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "account", slug=slug)


@for_staff
@require_safe
def account_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show everything that happened in an account, for those who may read the audit events."""
    reader = identity_of(request)
    found = desk_account_for(reader, slug)
    require(reader, Privilege.STAFF_VIEW_AUDIT, found)
    context = {"account": found, "history": history_of(found, request.GET.get("page", "1"))}
    return render_page(request, "desk/history.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Create an account, and invite its first administrator in the same step."""
    actor = identity_of(request)
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS)
    form = OpenAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "kind": AccountKind(form.cleaned_data["kind"])}
        try:
            made = actions.open_account(actor=actor, **values, now=utc_now())
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The account is created."))
            return redirect_to(request, "account", slug=made.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "desk/open_account.html", {"form": form}, status=status)


def _account_context(reader: Identity, found: Account) -> dict[str, Any]:
    state = state_of(found.pk)
    word, look = completeness(found, state)
    integrations = list(Integration.objects.filter(account=found).order_by("pk"))
    users = queries.users_of(found).prefetch_related("role_assignments")
    sees_contacts = may(reader, Privilege.VIEW_CONTACTS, found)
    shown = list(users[: _SHOWN_USERS + 1])
    return {
        "account": found,
        "kind": ACCOUNT_KINDS[AccountKind(found.kind)],
        "account_language": language_for(found.language).native_name,
        "is_partner": found.kind == AccountKind.PARTNER,
        "completeness": COMPLETENESS[word],
        "completeness_kind": look,
        "missing": str(FieldNames(state.missing)) if state.missing else "",
        "score": score_view(reachability_of(found, utc_now())) if sees_contacts else None,
        "sees_contacts": sees_contacts,
        "integrations": integration_lines(integrations),
        "users": [(user, [ROLES[role] for role in queries.roles_of(user)]) for user in shown[:_SHOWN_USERS]],
        "has_more_users": len(shown) > _SHOWN_USERS,
        "incidents": _incidents_of(reader, found),
        "cases": _cases_of(reader, found),
        "expected_rows": first_of_account(reader, found.slug, utc_now()),
        "title_of_incident": title_of,
        "kind_name": kind_name,
        "told": told_lately(reader, found),
        "may_edit": may(reader, Privilege.EDIT_ACCOUNT, found),
        "may_write_notices": may_write(reader, found),
        "may_view_history": may(reader, Privilege.STAFF_VIEW_AUDIT, found),
        "manager_form": _manager_form(reader, found),
        "tier": SUPPORT_TIERS[SupportTier(found.support_tier)],
        "tier_form": SupportTierForm(initial={"tier": found.support_tier}) if _may_set_tier(reader, found) else None,
        "preview_address": _preview_address(found, integrations) if sees_contacts and integrations else "",
        **_pages_of_delegation(reader, found),
    }


def _pages_of_delegation(reader: Identity, found: Account) -> dict[str, str]:
    """Return where a customer's sales record is, and a delegate's domains; empty where there is no such page."""
    reads = reads_records(reader)
    is_customer, is_delegate = found.kind == AccountKind.CUSTOMER, found.kind in DELEGATES
    return {
        "customer_page": reverse("desk_customer", kwargs={"slug": found.slug}) if reads and is_customer else "",
        "domains_page": reverse("domains_of_account", kwargs={"slug": found.slug}) if reads and is_delegate else "",
    }


def _may_set_tier(reader: Identity, found: Account) -> bool:
    return found.kind == AccountKind.PARTNER and may(reader, Privilege.STAFF_MANAGE_ACCOUNTS, found)


def _incidents_of(reader: Identity, found: Account) -> list[Any]:
    incidents = visible_incidents(reader).filter(environment__integration__account=found)
    return list(incidents.order_by("-pk")[:_NEWEST_INCIDENTS])


def _cases_of(reader: Identity, found: Account) -> dict[str, Any]:
    """Return how many open cases of the account the reader sees, and where they are; nothing for who sees no cases."""
    asking = reader_of(reader, utc_now())
    if asking.scope.is_empty:
        return {}
    wanted = Wanted(states=OPEN_STATES, account=found.slug)
    number = count(asking, wanted, Listing(()))
    return {
        "open": min(number, MOST_COUNTED),
        "is_more": number > MOST_COUNTED,
        "open_query": wanted.query(),
        "query": Wanted(account=found.slug).query(),
    }


def _manager_form(reader: Identity, found: Account) -> PartnerManagerForm | None:
    """Return the form for those who may assign, with the operator's active partner managers."""
    operator = queries.operator()
    if found.kind != AccountKind.PARTNER or operator is None or not reader.may(Privilege.STAFF_MANAGE_ACCOUNTS):
        return None
    managers = list(queries.holders_of(operator, PredefinedRole.PARTNER_MANAGER).filter(is_active=True))
    chosen = found.partner_manager.public_id if found.partner_manager else ""
    return PartnerManagerForm(managers, initial={"manager": chosen})


def _preview_address(found: Account, integrations: list[Integration]) -> str:
    """Return the answer to "who would be told" of a critical problem now, in the account's zone."""
    local = utc_now().astimezone(ZoneInfo(found.time_zone)).strftime("%Y-%m-%dT%H:%M")
    asked = {
        "integration": integrations[0].public_id,
        "environment": EnvironmentName.PRODUCTION.value,
        "topic": "critical",
        "at": local,
        "zone": found.time_zone,
    }
    return f"{reverse('who_would_be_told')}?{urlencode(asked)}"
