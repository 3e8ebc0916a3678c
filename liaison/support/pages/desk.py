"""Expressions of interest as staff handle them: the list, one of them, accepting and declining."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts import queries
from liaison.accounts.access import sees_account
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.refused import mark
from liaison.accounts.rights import PredefinedRole
from liaison.integrations.models import Stage
from liaison.lib.clock import utc_now
from liaison.lib.languages import language_for
from liaison.lib.refusals import Conflict, Forbidden, Invalid
from liaison.support.access import interest_for, interests_for
from liaison.support.actions import accept_interest, decline_interest
from liaison.support.actions.deciding import account_of
from liaison.support.forms import AcceptForm, DeclineForm, names_of
from liaison.support.likeness import like, suggested_slug
from liaison.support.models import Interest, InterestState
from liaison.support.requests import Acceptance
from liaison.support.wording import STATES
from liaison.web.pages import redirect_to, render_page

ROWS: Final = 50
_TABS: Final = ("waiting", "unconfirmed", "decided")


@signed_in
@require_safe
def interests(request: HttpRequest) -> HttpResponse:
    """List those that wait, the oldest first; apart from them those whose address nobody proved, and the decided."""
    reader = identity_of(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in _TABS else _TABS[0]
    rows = _of_tab(interests_for(reader), tab)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:  # noqa: PLR2004  # longer than any key
        rows = rows.filter(pk__gt=int(after)) if tab == "waiting" else rows.filter(pk__lt=int(after))
    shown = list(rows.order_by("pk" if tab == "waiting" else "-pk").select_related("decided_by", "account")[: ROWS + 1])
    context = {
        "tab": tab,
        "tabs": [
            ("waiting", _("Waiting"), "?tab=waiting"),
            ("unconfirmed", _("Address not confirmed"), "?tab=unconfirmed"),
            ("decided", _("Decided"), "?tab=decided"),
        ],
        "rows": [(one, names_of(one), STATES[InterestState(one.state)]) for one in shown[:ROWS]],
        "next": shown[ROWS - 1].pk if len(shown) > ROWS else None,
    }
    return render_page(request, "support/desk/interests.html", context)


@signed_in
@require_safe
def interest(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one, with who it may be already."""
    reader = identity_of(request)
    found = interest_for(reader, public_id)
    return render_page(request, "support/desk/interest.html", _context(reader, found))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say first what happens, for it cannot be undone; then make the account and invite the person."""
    actor = identity_of(request)
    found = interest_for(actor, public_id)
    if found.state != InterestState.NEW or found.confirmed_at is None:
        return _decided(request, found)
    managers = _managers()
    account = account_of(found)
    initial = _initial(actor, found, managers) if request.method != "POST" else None
    form = AcceptForm(request.POST or None, managers=managers, has_account=account is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = dict(form.cleaned_data)
        manager = next((one for one in managers if one.public_id == chosen.pop("manager", "")), None)
        acceptance = Acceptance(
            **{**chosen, "kinds": tuple(chosen["kinds"]), "stage": Stage(chosen["stage"])}, manager=manager
        )
        try:
            made = accept_interest(actor=actor, interest=found, acceptance=acceptance, now=utc_now())
        except (Invalid, Conflict, Forbidden) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The expression of interest is accepted."))
            if sees_account(actor, made):
                return redirect_to(request, "account", slug=made.slug)
            return redirect_to(request, "interest", public_id=public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {**_context(actor, found), "form": form}
    return render_page(request, "support/desk/accept.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask why; the reason is mailed, so it cannot be taken back."""
    actor = identity_of(request)
    found = interest_for(actor, public_id)
    if found.state != InterestState.NEW or found.confirmed_at is None:
        return _decided(request, found)
    form = DeclineForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decline_interest(actor=actor, interest=found, reason=form.cleaned_data["reason"], now=utc_now())
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The expression of interest is declined."))
            return redirect_to(request, "interests")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "support/desk/decline.html", {**_context(actor, found), "form": form}, status=status)


def _of_tab(rows: QuerySet[Interest], tab: str) -> QuerySet[Interest]:
    if tab == "decided":
        return rows.exclude(state=InterestState.NEW)
    return rows.filter(state=InterestState.NEW, confirmed_at__isnull=tab == "unconfirmed")


def _context(reader: Identity, found: Interest) -> dict[str, Any]:
    words, look = STATES[InterestState(found.state)]
    account = found.account
    return {
        "interest": found,
        "kinds": names_of(found),
        "state": words,
        "look": look.value,
        "language": language_for(found.language).native_name,
        "existing": account_of(found),
        "is_open": found.state == InterestState.NEW and found.confirmed_at is not None,
        "is_confirmed": found.confirmed_at is not None,
        "like": like(found, reader) if found.state == InterestState.NEW else None,
        "account_address": reverse("account", kwargs={"slug": account.slug})
        if account is not None and sees_account(reader, account)
        else "",
    }


def _initial(actor: Identity, found: Interest, managers: list[Identity]) -> dict[str, Any]:
    return {
        "name": found.company,
        "slug": suggested_slug(found),
        "language": found.language,
        "time_zone": found.time_zone,
        "kinds": found.kinds,
        "stage": Stage.INTEGRATING.value,
        "manager": actor.public_id if any(one.pk == actor.pk for one in managers) else "",
    }


def _managers() -> list[Identity]:
    operator = queries.operator()
    if operator is None:
        return []
    return list(queries.holders_of(operator, PredefinedRole.PARTNER_MANAGER).filter(is_active=True))


def _decided(request: HttpRequest, found: Interest) -> HttpResponse:
    words = (
        _("Somebody has decided about this already.") if found.decided_at else _("The address is not confirmed yet.")
    )
    messages.info(request, words)
    return redirect_to(request, "interest", public_id=found.public_id)
