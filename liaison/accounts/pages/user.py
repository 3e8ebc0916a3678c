"""One user of an account: role, suspension, deletion, one-time link. Open while the gate is closed (C3, C4)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts import access, actions, departures, queries
from liaison.accounts.forms import RoleForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.links import FREE_SLOT
from liaison.accounts.models import Identity
from liaison.accounts.panel import users_address
from liaison.accounts.refused import say
from liaison.accounts.rights import PredefinedRole, Privilege
from liaison.accounts.wording import ROLE_HELP, ROLES
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, redirect_to_address, render_page


@open_at_the_gate
@signed_in
@require_safe
def user(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    identity = access.identity_for(actor, public_id)
    roles = queries.roles_of(identity)
    may_manage = access.may(actor, Privilege.MANAGE_USERS, identity.account)
    return render_page(
        request,
        "accounts/user.html",
        {
            "identity": identity,
            "roles": [ROLES[role] for role in roles],
            "role_help": [(ROLES[role], ROLE_HELP[role]) for role in roles],
            "role_form": RoleForm(identity.account, initial={"role": roles[0] if roles else ""}),
            "may_manage": may_manage,
            "is_you": identity.pk == actor.pk,
            "waiting": may_manage and queries.waiting_mailbox(identity, utc_now()),
            "needs_link": may_manage and not identity.mailbox and identity.suspended_at is None,
            "back": _users_address(actor, identity),
        },
    )


@open_at_the_gate
@signed_in
@require_POST
def change_role(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    identity = access.identity_for(actor, public_id)
    form = RoleForm(identity.account, request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles of the list."))
        return redirect_to(request, "user", public_id=public_id)

    def change() -> None:
        role = PredefinedRole(form.cleaned_data["role"])
        actions.change_role(actor=actor, identity=identity, role=role, now=utc_now())

    _try(request, change, _("The role is changed."))
    return redirect_to(request, "user", public_id=public_id)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    identity = _managed(actor, public_id)
    if request.method != "POST":
        return _confirmation(
            request,
            identity,
            title=_("Suspend user"),
            question=_("Suspend this user: %(name)s?") % {"name": identity.name},
            consequences=[
                _("They are signed out everywhere at once, and their API tokens stop working for ever."),
                _("They leave every place in the contact information, also where nobody else stands."),
                _("They get no messages. You can restore them later."),
            ],
            button=_("Suspend"),
        )
    done = _("The user is suspended.")
    _try(request, lambda: actions.suspend_identity(actor=actor, identity=identity, now=utc_now()), done)
    return redirect_to(request, "user", public_id=public_id)


@open_at_the_gate
@signed_in
@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    identity = _managed(actor, public_id)
    done = _("The user can sign in again. Contact roles and API tokens are not given back.")
    _try(request, lambda: actions.restore_identity(actor=actor, identity=identity, now=utc_now()), done)
    return redirect_to(request, "user", public_id=public_id)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    identity = _managed(actor, public_id)
    if request.method != "POST":
        objections = [wording.text_of(objection) for objection in departures.objections_to(identity)]
        return _confirmation(
            request,
            identity,
            title=_("Delete user"),
            question=_("Delete this user: %(name)s?") % {"name": identity.name},
            consequences=[
                *objections,
                _("They are signed out everywhere at once, and their API tokens stop working."),
                _("Their name and their mailbox are erased here. Proof of what was sent to them is kept."),
                _("This cannot be undone."),
            ],
            button=_("Delete"),
        )
    done = _("The user is deleted.")
    is_deleted = _try(request, lambda: actions.delete_identity(actor=actor, identity=identity, now=utc_now()), done)
    if not is_deleted:
        return redirect_to(request, "user", public_id=public_id)
    return redirect_to_address(request, _users_address(actor, identity))


@open_at_the_gate
@never_cache
@signed_in
@require_POST
def create_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a one-time link for somebody without a mailbox and show it once (D10)."""
    actor = identity_of(request)
    identity = _managed(actor, public_id)
    try:
        token = actions.create_sign_in_link(actor=actor, identity=identity, now=utc_now())
    except Conflict as refusal:
        say(request, refusal)
        return redirect_to(request, "user", public_id=public_id)
    link = f"{settings.PORTAL_URL}/go/signin/link/{token}/?as={FREE_SLOT}"
    return render_page(request, "accounts/sign_in_link_made.html", {"identity": identity, "link": link})


def _managed(actor: Identity, public_id: str) -> Identity:
    """Return a user whom the actor manages: unknown ones are missing, visible ones forbidden."""
    identity = access.identity_for(actor, public_id)
    access.require(actor, Privilege.MANAGE_USERS, identity.account)
    return identity


def _confirmation(request: HttpRequest, identity: Identity, **context: object) -> HttpResponse:
    back = {"back": request.path.rsplit("/", 2)[0] + "/"}
    return render_page(request, "web/confirm.html", {**context, **back})


def _try(request: HttpRequest, verb: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        verb()
    except (Conflict, Invalid) as refusal:
        say(request, refusal)
        return False
    messages.success(request, done)
    return True


def _users_address(actor: Identity, identity: Identity) -> str:
    account = identity.account
    return users_address(account, is_own=account.pk == actor.account.pk)
