"""The account itself: its name, and the language and zone of everybody who chose none of their own."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts import access, actions
from liaison.accounts.forms import AccountForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.refused import mark
from liaison.accounts.rights import AccountKind, Privilege
from liaison.accounts.wording import SUPPORT_TIERS
from liaison.catalog.vocabulary import SupportTier
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Refusal
from liaison.web.pages import redirect_to_address, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: HttpRequest, slug: str = "") -> HttpResponse:
    actor = identity_of(request)
    account = access.account_for(actor, slug) if slug else actor.account
    access.require(actor, Privilege.EDIT_ACCOUNT, account)
    form = AccountForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(actor=actor, account=account, now=utc_now(), **form.cleaned_data)
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("Your settings are saved."))
            return redirect_to_address(request, request.path)
    is_partner = account.kind == AccountKind.PARTNER
    context = {
        "account": account,
        "form": form,
        "is_own": account.pk == actor.account.pk,
        "support_tier": SUPPORT_TIERS[SupportTier(account.support_tier)] if is_partner else "",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "accounts/account.html", context, status=status)
