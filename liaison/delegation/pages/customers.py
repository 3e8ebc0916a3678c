"""My customers: what a reseller or a support partner sees of the customers of the domain that signed in (D1, D6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.sessions import cookie_name, identities_in_browser
from liaison.accounts.slots import SLOTS, in_slot, path_in_slots, slot_of
from liaison.delegation import access, directory
from liaison.delegation.customerwords import STANDINGS
from liaison.delegation.directory import MOST_COUNTED, Row
from liaison.delegation.models import Correction
from liaison.delegation.opencases import MOST_COUNTED as MOST_CASES
from liaison.delegation.opencases import open_cases
from liaison.delegation.vocabulary import GrantLevel, Tie
from liaison.delegation.wording import level_label
from liaison.lib.clock import utc_now
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.links import public_link
from liaison.web.pages import render_page, render_text

LEVEL_LOOKS: Final = {None: "neutral", GrantLevel.VIEW: "info", GrantLevel.MANAGE: "good"}


@dataclass(frozen=True, slots=True)
class OtherDomain:
    """Another sign-in of this browser that has customers too, and where its list is."""

    name: str
    domain: str
    address: str


@signed_in
@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """List the customers of the domain that signed in, found as one types."""
    actor = delegate_of(request)
    wanted = directory.wanted_from(
        request.GET.get("q", ""), request.GET.get("access", ""), request.GET.get("after", "")
    )
    found = directory.find(actor, wanted)
    number = directory.count(actor, wanted)
    context = {
        "wanted": wanted,
        "rows": found.rows,
        "next": wanted.query(after=found.next) if found.next else "",
        "first": wanted.query() if wanted.after else None,
        "number": min(number, MOST_COUNTED),
        "is_more": number > MOST_COUNTED,
        "may_ask": access.works_for_customers(actor),
        "standings": list(STANDINGS.items()),
        "looks": LEVEL_LOOKS,
        "level_label": level_label,
        **whose(request, actor),
    }
    return render_page(request, "delegation/customers.html", context, fragment="list")


@signed_in
@require_safe
def customer(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one customer: its sales record, what it lets the reader's account do, and what can be done for it."""
    actor = delegate_of(request)
    row = directory.row_of(actor, access.customer_for(actor, slug))
    number = open_cases(actor, row.customer, utc_now())
    waiting = Correction.objects.filter(record=row.record, done_at=None, asked_by__domain__account=actor.account)
    context = {
        "row": row,
        "looks": LEVEL_LOOKS,
        "level_label": level_label,
        "may_ask": access.works_for_customers(actor),
        "sees_cases": access.seat_of(actor) is not None and row.level is not None,
        "open_cases": min(number, MOST_CASES),
        "is_more": number > MOST_CASES,
        "cases_query": urlencode({"customer": row.customer.slug}),
        "corrections": list(waiting.order_by("-pk")),
        "may_end": bool(row.bond and row.bond.tie == Tie.SUPPORTS) and actor.may(Privilege.MANAGE_GRANTS),
        "words": _words_to_pass_on(row, actor) if row.level is not GrantLevel.MANAGE else [],
    }
    return render_page(request, "delegation/customer.html", context)


def delegate_of(request: HttpRequest) -> Identity:
    """Return who is signed in, of an account that works for customers. Both refusals come before anything is read.

    Raises Missing for everybody else, Forbidden where the role does not show customers.
    """
    actor = identity_of(request)
    if not access.is_delegate(actor):
        raise Missing
    if not access.sees_customers(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    return actor


def whose(request: HttpRequest, actor: Identity) -> dict[str, Any]:
    """Return what says whose customers these are, and where those of the reader's other domains are (D6)."""
    others = actor.account.domains.exclude(pk=actor.domain_id).order_by("name")
    return {
        "domain": actor.domain.name,
        "is_partner": actor.account.kind != "reseller",
        "other_domains": list(others.values_list("name", flat=True)[:20]),
        "other_sign_ins": _other_sign_ins(request),
    }


def why_not_all(request: HttpRequest, actor: Identity) -> str:
    """Return the same as HTML."""
    return render_text("delegation/customers_why.html", whose(request, actor))


def _other_sign_ins(request: HttpRequest) -> list[OtherDomain]:
    """Return the other sign-ins of this browser with customers, in one query; in none where there is no other."""
    here = slot_of(request)
    if not any(cookie_name(slot) in request.COOKIES for slot in SLOTS if slot != here):
        return []
    path = path_in_slots(reverse("customers"))
    return [
        OtherDomain(one.name, one.domain.name, in_slot(slot, path))
        for slot, one in identities_in_browser(request).items()
        if slot != here and access.is_delegate(one) and access.sees_customers(one)
    ]


def _words_to_pass_on(row: Row, actor: Identity) -> list[str]:
    """Return in the customer's language how it grants access, to be passed on by who needs it (D3)."""
    facts = {
        "account": actor.account.name,
        "address": public_link("/go/account/access"),
        "portal": settings.OPERATOR_NAME,
    }
    with translation.override(row.customer.language):
        return [
            _("Please let %(account)s work on your support cases at %(portal)s:") % facts,
            _("1. Sign in as an administrator and open “Who can see our cases”: %(address)s") % facts,
            _("2. Choose “Grant access” at %(account)s, then “File and manage cases”.") % facts,
            _("You can narrow or revoke this there at any time."),
        ]
