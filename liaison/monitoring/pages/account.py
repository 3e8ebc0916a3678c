"""Monitoring of one account: its integrations as cards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.rights import AccountKind
from liaison.lib.clock import utc_now
from liaison.monitoring.access import partner_for, sees_many
from liaison.monitoring.account import cards_of, is_beating, is_fresh
from liaison.monitoring.pages.shared import address_of_environment, common_words, setup_address
from liaison.web.pages import redirect_to, render_page


@signed_in
@require_GET
def monitoring(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the integrations of one's own account, or, for staff, of the account named."""
    reader, now = identity_of(request), utc_now()
    if not slug and reader.account.kind != AccountKind.PARTNER and sees_many(reader):
        return redirect_to(request, "monitoring_overview")
    account = partner_for(reader, slug)
    context = {
        **common_words(reader),
        "account": account,
        "is_own": account.pk == reader.account.pk,
        "cards": cards_of(reader, account, now),
        "now": now,
        "is_fresh": is_fresh,
        "is_beating": is_beating,
        "address_of": address_of_environment,
        "setup_address_of": setup_address,
    }
    return render_page(request, "monitoring/account.html", context, fragment="live")
