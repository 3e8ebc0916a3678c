"""Brands of an account."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.rights import Privilege
from liaison.integrations import actions
from liaison.integrations.access import brand_for, brand_rows_for, may, require
from liaison.integrations.forms import BrandForm, BrandNameForm
from liaison.integrations.pages.shared import account_of_page, back_to, mark, said
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.web.pages import render_page


@signed_in
@require_http_methods(["GET", "POST"])
def brands(request: HttpRequest, slug: str = "") -> HttpResponse:
    """List the brands, the default one first, and add one."""
    reader = identity_of(request)
    account = account_of_page(reader, slug)
    edits = may(reader, account, own=Privilege.EDIT_BRANDS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    form = BrandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, address = form.cleaned_data["name"], form.cleaned_data["slug"]
        try:
            actions.create_brand(actor=reader, account=account, name=name, slug=address, now=utc_now())
        except Invalid as invalid:
            mark(form, invalid)
        else:
            messages.success(request, _("The brand was added."))
            return back_to(request, reader, account, "brands")
    context = {
        "account": account,
        "is_own": account.pk == reader.account.pk,
        "brands": list(brand_rows_for(reader, account)),
        "form": form if edits else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "integrations/brands.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def rename_brand(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = identity_of(request)
    brand = brand_for(reader, public_id)
    require(reader, brand.account, own=Privilege.EDIT_BRANDS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    form = BrandNameForm(request.POST or None, initial={"name": brand.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_brand(actor=reader, brand=brand, name=form.cleaned_data["name"], now=utc_now())
        except Invalid as invalid:
            mark(form, invalid)
        else:
            messages.success(request, _("The brand was renamed."))
            return back_to(request, reader, brand.account, "brands")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"brand": brand, "form": form, "is_own": brand.account_id == reader.account.pk}
    return render_page(request, "integrations/rename_brand.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def delete_brand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first: the brand's public page disappears. The default brand stays."""
    reader = identity_of(request)
    brand = brand_for(reader, public_id)
    require(reader, brand.account, own=Privilege.EDIT_BRANDS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    if request.method == "POST":
        said(
            request,
            lambda: actions.delete_brand(actor=reader, brand=brand, now=utc_now()),
            _("The brand was deleted."),
        )
        return back_to(request, reader, brand.account, "brands")
    context = {"brand": brand, "is_own": brand.account_id == reader.account.pk}
    return render_page(request, "integrations/delete_brand.html", context)
