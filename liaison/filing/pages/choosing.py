"""The first step for delegates: for whom the case is, one's own account or one of the customers (D2)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from liaison.accounts.guards import identity_of
from liaison.cases.access import may_file
from liaison.delegation.wording import LEVELS
from liaison.filing import access
from liaison.filing.customers import customers_found, names_of, recent_customers
from liaison.filing.sheet import one_line
from liaison.filing.vocabulary import DRAFTS_LIVE
from liaison.web.pages import render_page, wants_fragment


def choose_customer(request: HttpRequest, asked: Mapping[str, str]) -> HttpResponse:
    """Ask for whom the case is. What is typed into the search finds customers at once, without scripts by a button.

    `asked` is what the address fills the form in with; it goes along.
    """
    actor = identity_of(request)
    words = one_line(request.GET.get("q", ""))[:100]
    found = customers_found(actor, words)
    context = {
        "asked": asked,
        "words": words,
        "found": found,
        "recent": () if words else recent_customers(actor),
        "levels": LEVELS,
        "address_for": lambda slug: address_for(slug, asked),
        "begin_for": lambda slug: begin_for(slug, asked),
    }
    if not wants_fragment(request):
        drafts = list(access.drafts_of(actor))
        names = names_of(actor, [one.account_id for one in drafts])
        context |= {
            "drafts": [(one, names.get(one.account_id, "")) for one in drafts],
            "days": DRAFTS_LIVE.days,
            "own": actor.account if may_file(actor, actor.account) else None,
        }
    return render_page(request, "filing/choose_customer.html", context, fragment="customers")


def address_for(slug: str, asked: Mapping[str, str]) -> str:
    """Return where a case for an account is begun, with whatever else the address asked for."""
    return reverse("new_case") + "?" + urlencode({"account": slug, **asked})


def begin_for(slug: str, asked: Mapping[str, str]) -> str:
    """Return where a delegated case for a customer is begun."""
    return reverse("new_case") + "?" + urlencode({"customer": slug, **asked})
