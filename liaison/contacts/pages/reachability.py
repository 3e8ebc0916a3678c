"""Contact information → Reachability: the score, the warnings, and how it stands with each person named (C7)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.contacts import access, actions
from liaison.contacts.reachability import reachability_of
from liaison.contacts.reachview import named_people
from liaison.contacts.reachwords import score_view
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page


@open_at_the_gate
@signed_in
@require_safe
def reachability(request: HttpRequest) -> HttpResponse:
    """Show it for one's own account. Open at the gate: verification is never locked (C3)."""
    return _show(request, identity_of(request).account)


@signed_in
@require_safe
def account_reachability(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the same of any account the reader may see; staff change nothing here."""
    return _show(request, account_for(identity_of(request), slug))


@open_at_the_gate
@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Mail somebody again who is named."""
    actor = identity_of(request)
    try:
        actions.send_verification(
            actor=actor, account=actor.account, address=request.POST.get("address", ""), now=utc_now()
        )
        messages.success(request, _("The mail is on its way. Its link and its code take the place of earlier ones."))
    except Conflict as refusal:
        messages.warning(request, wording.text_of(refusal))
    return redirect_to(request, "contact_reachability")


@open_at_the_gate
@signed_in
@require_POST
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code that the person read out."""
    actor = identity_of(request)
    typed: dict[str, Any] = {name: request.POST.get(name, "")[:300] for name in ("address", "code")}
    try:
        actions.enter_verification_code(actor=actor, account=actor.account, **typed, now=utc_now())
        messages.success(request, _("The contact is verified."))
    except Conflict as refusal:
        messages.warning(request, wording.text_of(refusal))
    return redirect_to(request, "contact_reachability")


def _show(request: HttpRequest, account: Account) -> HttpResponse:
    actor, now = identity_of(request), utc_now()
    record = access.contact_record_for(actor, account)
    is_own = account == actor.account
    back = "contact_information" if is_own else "account_contact_information"
    context = {
        "account": account,
        "is_own": is_own,
        "back": reverse(back, kwargs={} if is_own else {"slug": account.slug}),
        "score": score_view(reachability_of(account, now)),
        "people": named_people(record, now),
        "may_edit": access.may_edit(actor, account),
    }
    return render_page(request, "contacts/reachability.html", context)
