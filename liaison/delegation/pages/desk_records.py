"""Staff make customers, change their sales records, confirm addresses and deal with corrections (D2, W11)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.access import require
from liaison.accounts.guards import signed_in, signed_in_for_a_form
from liaison.accounts.refused import mark, say
from liaison.accounts.rights import Privilege
from liaison.delegation import actions, recordaccess
from liaison.delegation.actions.records import address_waits
from liaison.delegation.pages.desk import staff_of
from liaison.delegation.recordforms import NewCustomerForm, RecordForm
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid, Refusal
from liaison.web.pages import redirect_to, render_page

_FIELDS = ("company", "address", "contact_name", "contact_address", "contact_phone")


@signed_in_for_a_form(typed=_FIELDS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_customer(request: HttpRequest) -> HttpResponse:
    """Create a customer with its sales record. Users can be invited afterwards, or never."""
    actor = staff_of(request)
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS)
    form = NewCustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        names = ("name", "slug", "language", "time_zone")
        account = {name: form.cleaned_data[name] for name in names}
        try:
            made = actions.create_customer(actor=actor, **account, values=form.values(), now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The customer is created."))
            return redirect_to(request, "desk_customer", slug=made.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/new_customer.html", {"form": form}, status=status)


@signed_in_for_a_form(typed=_FIELDS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_record(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a sales record. After a change of the contact's address links wait."""
    actor = staff_of(request)
    customer = recordaccess.record_for(actor, slug)
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    kept = customer.sales_record
    form = RecordForm(request.POST or None, initial={name: getattr(kept, name) for name in _FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change_sales_record(actor=actor, customer=customer, values=form.values(), now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The sales record is saved."))
            if address_waits(changed):
                messages.warning(request, _("No link goes to the new address until it is confirmed."))
            return redirect_to(request, "desk_customer", slug=slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "delegation/change_record.html", {"form": form, "customer": customer}, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first; then links go to the new address of the contact (W11)."""
    actor = staff_of(request)
    customer = recordaccess.record_for(actor, slug)
    require(actor, Privilege.STAFF_MANAGE_ACCOUNTS, customer)
    if request.method != "POST":
        return render_page(request, "delegation/confirm_address.html", {"customer": customer})
    try:
        actions.confirm_new_address(actor=actor, customer=customer, now=utc_now())
        messages.success(request, _("The address is confirmed. Links go to it from now on."))
    except (Conflict, Invalid) as refusal:
        say(request, refusal)
    return redirect_to(request, "desk_customer", slug=slug)


@signed_in
@require_POST
def finish_correction(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say that a correction was dealt with."""
    actor = staff_of(request)
    correction = recordaccess.correction_for(actor, public_id)
    try:
        actions.finish_correction(actor=actor, correction=correction, now=utc_now())
        messages.success(request, _("The correction is dealt with."))
    except (Conflict, Invalid) as refusal:
        say(request, refusal)
    return redirect_to(request, "desk_customer", slug=correction.record.customer.slug)
