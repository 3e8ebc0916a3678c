"""One's own quiet hours."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts import actions
from liaison.accounts.forms import QuietHoursForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Refusal
from liaison.lib.zones import city_name
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def quiet_hours(request: HttpRequest) -> HttpResponse:
    """Show or choose the hours in which only what cannot wait comes."""
    identity = identity_of(request)
    form = QuietHoursForm(identity, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_quiet_hours(actor=identity, **form.cleaned_data, now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("Your quiet hours are saved."))
            return redirect_to(request, "settings")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    zone = city_name(identity.effective_time_zone, get_language() or "en")
    return render_page(request, "accounts/settings_quiet_hours.html", {"form": form, "zone": zone}, status=status)
