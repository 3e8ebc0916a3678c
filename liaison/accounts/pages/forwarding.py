"""Forwarding one's notifications to another address (D10)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts import actions, queries
from liaison.accounts.forms import ForwardingForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Refusal
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def forwarding(request: HttpRequest) -> HttpResponse:
    """Ask to forward one's notifications; it begins when the mailed link was opened."""
    identity, now = identity_of(request), utc_now()
    form = ForwardingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proof = actions.ask_to_forward(actor=identity, now=now, **form.cleaned_data)
        except Refusal as refusal:
            mark(form, refusal)
        else:
            said = _("We have sent a link to this address: %(address)s") % {"address": proof.address}
            messages.success(request, said)
            return redirect_to(request, "settings")
    context = {"form": form, "identity": identity, "waiting": queries.waiting_forwarding(identity, now)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "accounts/settings_forwarding.html", context, status=status)


@open_at_the_gate
@signed_in
@require_POST
def stop_forwarding(request: HttpRequest) -> HttpResponse:
    actions.stop_forwarding(actor=identity_of(request), now=utc_now())
    messages.success(request, _("Your e-mails are not forwarded any more."))
    return redirect_to(request, "settings")
