"""Who can see our cases: the page of a customer's users, with its history (D4, W5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from liaison.accounts import queries
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.rights import Privilege
from liaison.delegation import access
from liaison.delegation.panels import panels_for
from liaison.delegation.relations import history_of, relations_now
from liaison.delegation.timeline import LENGTH, timeline_of
from liaison.delegation.wording import level_label, span_words
from liaison.lib.clock import utc_now
from liaison.web.pages import render_page


@signed_in
@require_safe
def own_access(request: HttpRequest) -> HttpResponse:
    """Show who is bound to the customer now, what each may do and since when, and what waits for an answer."""
    actor = identity_of(request)
    customer = access.own_customer(actor)
    relations = relations_now(customer)
    may_grant = actor.may(Privilege.MANAGE_GRANTS)
    context = {
        "manager": next((one for one in relations if one.is_manager), None),
        "partners": [one for one in relations if not one.is_manager],
        "asked": [one for one in relations if one.asked],
        "may_grant": may_grant,
        "why_not": "" if may_grant else _("Only an administrator of your account can do this."),
        "administrators": [] if may_grant else [one.name for one in queries.administrators_of(customer)],
        "level_label": level_label,
        "panels": panels_for(actor, customer, utc_now()),
    }
    return render_page(request, "delegation/own.html", context)


@signed_in
@require_safe
def own_access_history(request: HttpRequest) -> HttpResponse:
    """Show every relation and grant there ever was, as a picture and as a table."""
    customer = access.own_customer(identity_of(request))
    spans = history_of(customer)
    context = {
        "rows": [(span, span_words(span.tie, span.level)) for span in spans],
        "timeline": timeline_of(spans, utc_now()),
        "length": LENGTH,
        "words": span_words,
    }
    return render_page(request, "delegation/own_history.html", context)
