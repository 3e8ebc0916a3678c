"""The users of an account: list, invitations, nudging, creating (C4, C6, W1). Open while the gate is closed."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts import access, actions
from liaison.accounts.forms import CreateIdentityForm, InviteForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.accounts.panel import panel_for, users_address
from liaison.accounts.refused import mark, say
from liaison.accounts.rights import PredefinedRole, Privilege
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web.addresses import safe_return
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, redirect_to_address, render_page, wants_fragment


@open_at_the_gate
@signed_in
@require_safe
def users(request: HttpRequest, slug: str = "") -> HttpResponse:
    return _users_page(request, _account(request, slug))


@open_at_the_gate
@signed_in
@require_POST
def invite(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Invite by e-mail. htmx gets the panel back, others the page they came from, or the form with its errors."""
    account = _account(request, slug)
    form = InviteForm(account, request.POST, auto_id="invite_%s")
    if form.is_valid():
        try:
            invitation = actions.invite_user(
                actor=identity_of(request),
                account=account,
                address=form.cleaned_data["address"],
                role=PredefinedRole(form.cleaned_data["role"]),
                language=form.cleaned_data["language"],
                now=utc_now(),
            )
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            words = _("The invitation is on its way to this address: %(address)s")
            messages.success(request, words % {"address": invitation.address})
            return _users_page(request, account) if wants_fragment(request) else _back(request, account)
    return _users_page(request, account, form)


@open_at_the_gate
@signed_in
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    invitation = access.invitation_for(actor, public_id)
    try:
        actions.revoke_invitation(actor=actor, invitation=invitation, now=utc_now())
        messages.success(request, _("The invitation is taken back; its link does not work any more."))
    except Conflict as refusal:
        say(request, refusal)
    return _back(request, invitation.account)


@open_at_the_gate
@signed_in
@require_POST
def nudge(request: HttpRequest) -> HttpResponse:
    """Ask the administrators to give a colleague access."""
    actor = identity_of(request)
    try:
        actions.nudge_administrators(actor=actor, now=utc_now())
        messages.success(request, _("Your administrators get an e-mail that asks them for it."))
    except Conflict as refusal:
        say(request, refusal)
    return _back(request, actor.account)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Create a user, mostly one without a mailbox (D10)."""
    actor, account = identity_of(request), _account(request, slug)
    access.require(actor, Privilege.MANAGE_USERS, account)
    form = CreateIdentityForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "role": PredefinedRole(form.cleaned_data["role"])}
        try:
            identity = actions.create_identity(actor=actor, account=account, **values, now=utc_now())
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            words = _("The user is created. User name: %(username)s")
            messages.success(request, words % {"username": identity.username})
            return redirect_to(request, "user", public_id=identity.public_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "account": account, "back": _users_address(request, account)}
    return render_page(request, "accounts/user_create.html", context, status=status)


def _account(request: HttpRequest, slug: str) -> Account:
    actor = identity_of(request)
    return access.account_with_people_for(actor, slug) if slug else actor.account


def _users_page(request: HttpRequest, account: Account, form: InviteForm | None = None) -> HttpResponse:
    panel = panel_for(request, account, utc_now(), form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    context = {"panel": panel, "account": account}
    address = panel.return_to if form is not None else None
    return render_page(request, "accounts/users.html", context, status=status, fragment="users_panel", address=address)


def _users_address(request: HttpRequest, account: Account) -> str:
    return users_address(account, is_own=account.pk == identity_of(request).account.pk)


def _back(request: HttpRequest, account: Account) -> HttpResponse:
    wanted = request.POST.get("next", "")
    address = safe_return(request, wanted) if wanted else _users_address(request, account)
    return redirect_to_address(request, address)
