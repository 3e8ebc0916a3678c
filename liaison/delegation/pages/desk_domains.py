"""The domains of a reseller or a support partner: which customers somebody sees follows from the domain (D1)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.access import account_for, require
from liaison.accounts.guards import signed_in
from liaison.accounts.refused import mark
from liaison.accounts.rights import Privilege
from liaison.delegation import actions, recordaccess
from liaison.delegation.access import DELEGATES
from liaison.delegation.pages.desk import staff_of
from liaison.delegation.recordforms import DomainForm
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Missing, Refusal
from liaison.web.pages import redirect_to, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def domains(request: HttpRequest, slug: str) -> HttpResponse:
    """List the domains of a reseller or a support partner, and add one."""
    actor = staff_of(request)
    account = account_for(actor, slug)
    if account.kind not in DELEGATES:
        raise Missing
    form = DomainForm(request.POST or None)
    if request.method == "POST":
        require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, account)
        if form.is_valid():
            try:
                actions.add_domain(actor=actor, account=account, name=form.cleaned_data["name"], now=utc_now())
            except Refusal as refusal:
                mark(form, refusal)
            else:
                messages.success(request, _("The domain is added."))
                return redirect_to(request, "domains_of_account", slug=slug)
    rows = account.domains.annotate(people=Count("identities")).order_by("-is_primary", "name")
    context = {
        "account": account,
        "rows": list(rows),
        "form": form if recordaccess.may_change(actor) else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/domains.html", context, status=status)
