"""Brands: the names that consumers see."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import integrations as shapes
from liaison.integrations import actions
from liaison.integrations.access import brand_for, brand_rows_for
from liaison.lib.clock import utc_now

operations = Operations("brands")


@operations.get("/accounts/{slug}/brands", Page[shapes.Brand], _("List the brands of an account"))
def list_brands(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.Brand]:
    actor = actor_of(request)
    brands = brand_rows_for(actor, account_for(actor, slug)).select_related("account")
    return page_of(brands, window, shapes.Brand.of)


@operations.write("POST", "/accounts/{slug}/brands", shapes.Brand, _("Create a brand"), status=201)
def create_brand(request: HttpRequest, slug: str, body: shapes.NewBrand) -> Status[shapes.Brand]:
    """Create a brand; the first one of an account is its default brand."""
    actor = actor_of(request)
    made = actions.create_brand(
        actor=actor, account=account_for(actor, slug), name=body.name, slug=body.slug, now=utc_now()
    )
    return Status(201, shapes.Brand.of(made))


@operations.get("/brands/{brand_id}", shapes.Brand, _("Read a brand"))
def read_brand(request: HttpRequest, brand_id: str) -> shapes.Brand:
    return shapes.Brand.of(brand_for(actor_of(request), brand_id))


@operations.write("PUT", "/brands/{brand_id}/name", shapes.Brand, _("Rename a brand"))
def rename_brand(request: HttpRequest, brand_id: str, body: shapes.BrandName) -> shapes.Brand:
    """Change the name alone; the slug stays, because its address is public."""
    actor = actor_of(request)
    return shapes.Brand.of(
        actions.rename_brand(actor=actor, brand=brand_for(actor, brand_id), name=body.name, now=utc_now())
    )


@operations.write("DELETE", "/brands/{brand_id}", None, _("Delete a brand"), status=204)
def delete_brand(request: HttpRequest, brand_id: str) -> Status[None]:
    """Its shared contact goes too. The default brand stays."""
    actor = actor_of(request)
    actions.delete_brand(actor=actor, brand=brand_for(actor, brand_id), now=utc_now())
    return Status(204, None)
