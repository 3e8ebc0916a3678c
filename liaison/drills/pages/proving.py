"""Test messages: a button for every contact and every way, and what becomes of a test while one looks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.contacts.labels import field_label, listed
from liaison.drills import access, actions
from liaison.drills.pages.common import place_for, place_of
from liaison.drills.people import contacts_of
from liaison.drills.proof import ContactRow, proof_of, way_rows
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page

PER_PAGE: Final = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def contacts_to_test(request: HttpRequest, slug: str = "") -> HttpResponse:
    """List the contacts with a button for each way, and the tests so far; a button sends."""
    place, actor = place_of(request, slug), identity_of(request)
    found = access.tests_for(actor, place.account).order_by("-pk")
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            test = actions.send_test_message(
                actor=actor,
                account=place.account,
                contact=request.POST.get("contact", ""),
                way=request.POST.get("way", ""),
                now=utc_now(),
            )
            return redirect_to(request, "test_message", public_id=test.public_id)
        except Conflict as refusal:
            messages.warning(request, wording.text_of(refusal))
            status = HTTPStatus.CONFLICT
        except Invalid as refusal:
            messages.warning(request, wording.text(refusal.problems[0].code))
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        **place.context,
        "contacts": _contacts(place.account),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render_page(request, "drills/test_messages.html", context, status=status)


@signed_in
@require_safe
def sent_test(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what became of one test; fresh while something is pending or nobody has said that it arrived."""
    found = access.tested_for(identity_of(request), public_id)
    context = {**place_for(request, found.account).context, "test": found, "proof": proof_of(found, utc_now())}
    return render_page(request, "drills/test_message.html", context, fragment="proof")


def _contacts(account: Account) -> list[ContactRow]:
    return [
        ContactRow(
            reference=actions.reference_of(one),
            name=one.person.name or one.person.address,
            places=listed(field_label(field) for field in one.fields),
            ways=way_rows(one.person),
            blocked=one.person.blocked,
        )
        for one in contacts_of(account)
    ]
