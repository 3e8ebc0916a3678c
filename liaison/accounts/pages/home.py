"""The first page after sign-in: what needs attention, how things stand, and who one is here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from liaison.accounts import queries
from liaison.accounts.guards import identity_of, lead_to_sign_in
from liaison.accounts.rights import AccountKind
from liaison.accounts.slots import slot_of
from liaison.accounts.wording import ACCOUNT_KINDS, ROLES, SUPPORT_TIERS
from liaison.catalog.vocabulary import SupportTier
from liaison.web import panels, suggestions
from liaison.web.pages import render_page


def home(request: HttpRequest) -> HttpResponseBase:
    """Show what is waiting. Without a slot, or signed out, lead to whoever is signed in, else to sign-in."""
    if slot_of(request) is None or not request.user.is_authenticated:
        return lead_to_sign_in(request)
    return _home(request)


def _home(request: HttpRequest) -> HttpResponse:
    identity = identity_of(request)
    account = identity.account
    is_partner = account.kind == AccountKind.PARTNER
    return render_page(
        request,
        "accounts/home.html",
        {
            "identity": identity,
            "account": account,
            "account_kind": ACCOUNT_KINDS[AccountKind(account.kind)],
            "roles": [ROLES[role] for role in queries.roles_of(identity)],
            "suggestions": suggestions.suggestions_for(request),
            "panels": panels.panels_for(request),
            "partner_manager": account.partner_manager,
            "support_tier": SUPPORT_TIERS[SupportTier(account.support_tier)] if is_partner else "",
        },
    )
