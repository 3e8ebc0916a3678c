"""Pages that a mailed or handed-over link opens. Looking uses nothing up: mail scanners look at every link."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts import actions, links
from liaison.accounts.actions.sign_in_links import find_sign_in_link
from liaison.accounts.doors import come_in, in_free_slot, in_some_slot
from liaison.accounts.forms import AcceptInvitationForm
from liaison.accounts.guards import signed_in
from liaison.accounts.models import ForwardingProof, Invitation, MailboxChange
from liaison.accounts.refused import mark
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.sessions import end_all_in_browser, identities_in_browser
from liaison.accounts.vocabulary import AccountCode
from liaison.accounts.wording import ROLES
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.gate import open_at_the_gate, public
from liaison.web.pages import redirect_to, render_page


@public
@never_cache
@sensitive_post_parameters("password")
@in_free_slot
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited person choose a name and a password, and sign in with them."""
    now = utc_now()
    found = links.find_invitation(token, now)
    if found is None:
        return link_over(request, AccountCode.INVITATION_OVER)
    form = AcceptInvitationForm(found, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _invitation_page(request, found, form)
    try:
        identity = actions.accept_invitation(token=token, **form.cleaned_data, now=now)
    except Invalid as refusal:
        mark(form, refusal)
        return _invitation_page(request, found, form)
    except Conflict:
        return link_over(request, AccountCode.INVITATION_OVER)
    come_in(request, identity, "invitation")
    messages.success(request, _("Your user name is %(username)s.") % {"username": identity.username})
    return redirect_to(request, "home")


@public
@never_cache
@in_some_slot
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever reads a mailbox confirm that it is the identity's. Nobody is signed in by this."""
    now = utc_now()
    change = links.find_proof(MailboxChange, token, now)
    return _prove(request, change, lambda: actions.confirm_mailbox(token=token, now=now))


@public
@never_cache
@in_some_slot
@require_http_methods(["GET", "HEAD", "POST"])
def forwarding(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever reads an address agree that notifications come there. Nobody is signed in by this."""
    now = utc_now()
    proof = links.find_proof(ForwardingProof, token, now)
    return _prove(request, proof, lambda: actions.confirm_forwarding(token=token, now=now))


@public
@never_cache
@in_free_slot
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign somebody without a mailbox in by the link that their administrator handed over (D10)."""
    now = utc_now()
    link = find_sign_in_link(token, now)
    if link is None:
        return link_over(request, AccountCode.LINK_OVER)
    if request.method != "POST":
        return render_page(request, "accounts/sign_in_link.html", {"identity": link.identity})
    try:
        identity = actions.use_sign_in_link(token=token, now=now)
    except Conflict as refusal:
        return link_over(request, refusal.code)
    come_in(request, identity, "link")
    return redirect_to(request, "home" if identity.has_usable_password() else "account_set_password")


@open_at_the_gate
@signed_in
@require_POST
def sign_out_of_all(request: HttpRequest) -> HttpResponse:
    """Sign everybody out who is signed in in this browser, in each slot (D1). Other browsers stay as they are."""
    now = utc_now()
    for identity in identities_in_browser(request).values():
        actions.note_sign_out(identity=identity, now=now)
    return end_all_in_browser(request, redirect_to(request, "account_login"))


def _prove(
    request: HttpRequest, proof: MailboxChange | ForwardingProof | None, confirm: Callable[[], object]
) -> HttpResponse:
    """Show what the address is to prove; the button proves it, once."""
    if proof is None:
        return link_over(request, AccountCode.LINK_OVER)
    is_done = request.method == "POST"
    if is_done:
        try:
            confirm()
        except Conflict as refusal:
            return link_over(request, refusal.code)
    context = {"proof": proof, "is_forwarding": isinstance(proof, ForwardingProof), "is_done": is_done}
    return render_page(request, "accounts/address_proof.html", context)


def _invitation_page(request: HttpRequest, found: Invitation, form: AcceptInvitationForm) -> HttpResponse:
    return render_page(
        request,
        "accounts/invitation.html",
        {"invitation": found, "form": form, "role": ROLES[PredefinedRole(found.role)]},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


def link_over(request: HttpRequest, code: StrEnum) -> HttpResponse:
    """Say that a link cannot be used any more, and why."""
    return render_page(request, "accounts/link_over.html", {"reason": wording.text(code)}, status=HTTPStatus.GONE)
