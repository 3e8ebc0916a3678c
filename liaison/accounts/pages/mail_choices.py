"""What mail one wants of the topics that leave a choice (R5)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts import actions
from liaison.accounts.forms import MailChoicesForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Refusal
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Show or choose what mail to get."""
    identity = identity_of(request)
    form = MailChoicesForm(identity, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_mail_choices(actor=identity, wishes=form.wishes, now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("Your settings are saved."))
            return redirect_to(request, "settings")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "accounts/settings_mail.html", {"form": form}, status=status)
