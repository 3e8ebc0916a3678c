"""Customers at the desk: the list, one customer with its sales record and relations, and their history."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.delegation import directory, recordaccess
from liaison.delegation.actions.records import address_waits
from liaison.delegation.directory import MOST_COUNTED
from liaison.delegation.models import Correction
from liaison.delegation.relations import history_of, relations_now
from liaison.delegation.timeline import LENGTH, timeline_of
from liaison.delegation.wording import level_label, span_words
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Missing
from liaison.web.pages import render_page

_MOST_CORRECTIONS: Final = 50


def staff_of(request: HttpRequest) -> Identity:
    """Return who is signed in, of the staff who read sales records. Raises Missing for everybody else."""
    actor = identity_of(request)
    if not recordaccess.reads_records(actor):
        raise Missing
    return actor


@signed_in
@require_safe
def desk_customers(request: HttpRequest) -> HttpResponse:
    """List the customers with who manages each, found as one types; corrections that wait stand above."""
    actor = staff_of(request)
    wanted = directory.wanted_from(request.GET.get("q", ""), after=request.GET.get("after", ""))
    found = directory.find(actor, wanted)
    number = directory.count(actor, wanted)
    context = {
        "wanted": wanted,
        "rows": found.rows,
        "next": wanted.query(after=found.next) if found.next else "",
        "first": wanted.query() if wanted.after else None,
        "number": min(number, MOST_COUNTED),
        "is_more": number > MOST_COUNTED,
        "corrections": recordaccess.waiting_corrections(actor)[:_MOST_CORRECTIONS],
        "may_change": recordaccess.may_change(actor),
        "address_waits": address_waits,
    }
    return render_page(request, "delegation/desk_customers.html", context, fragment="list")


@signed_in
@require_safe
def desk_customer(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a customer's sales record, who manages and supports it and what each may do, and corrections."""
    actor = staff_of(request)
    customer = recordaccess.record_for(actor, slug)
    relations = relations_now(customer)
    corrections = Correction.objects.filter(record=customer.sales_record).select_related("asked_by", "done_by")
    context = {
        "customer": customer,
        "record": customer.sales_record,
        "address_waits": address_waits(customer.sales_record),
        "manager": next((one for one in relations if one.is_manager), None),
        "relations": relations,
        "level_label": level_label,
        "corrections": list(corrections.order_by("done_at", "-pk")[:_MOST_CORRECTIONS]),
        "may_change": recordaccess.may_change(actor),
    }
    return render_page(request, "delegation/desk_customer.html", context)


@signed_in
@require_safe
def desk_customer_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every relation and grant that the customer ever had, with who, when and why."""
    customer = recordaccess.record_for(staff_of(request), slug)
    spans = history_of(customer)
    context = {
        "customer": customer,
        "rows": [(span, span_words(span.tie, span.level)) for span in spans],
        "timeline": timeline_of(spans, utc_now()),
        "length": LENGTH,
        "words": span_words,
    }
    return render_page(request, "delegation/desk_history.html", context)
