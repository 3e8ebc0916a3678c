"""The gate's modal, with its two tabs (C3, C4). It always edits production."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.panel import panel_for
from liaison.contacts.gate import state_for
from liaison.contacts.labels import field_label, is_shown_to_end_users
from liaison.contacts.pages.editing import Place, show, take
from liaison.lib.clock import utc_now
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest) -> HttpResponse:
    """Show the modal while the gate is closed; once it is open this page leads into the portal."""
    state = state_for(request)
    if state is None or not state.is_gated:
        return redirect_to(request, "home")
    identity = identity_of(request)
    place = Place("contacts/gate.html", reverse("gate"), after_submit="home", is_gate=True)
    known: dict[str, Any] = _links() | {
        "shown_to_end_users": [field_label(field) for field in state.asked.requirements if is_shown_to_end_users(field)]
    }
    if request.method == "POST":
        return take(request, identity.account, place, known)
    if request.GET.get("tab") == "users":
        panel = panel_for(request, identity.account, utc_now())
        return render_page(request, "contacts/gate_users.html", known | {"panel": panel})
    return show(request, identity.account, place, known)


def _links() -> dict[str, str]:
    return {
        "help_address": reverse("help_article", kwargs={"slug": "how-to-get-help"}),
        "support_address": reverse("contact_support"),
    }
