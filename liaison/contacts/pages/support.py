"""The public page and JSON of a brand's shared contact: alias, hours, open now. Nothing else of the record (C8)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from liaison.contacts.support import BrandSupport, support_of
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_clock
from liaison.lib.hours import MINUTES_A_DAY, HoursRow
from liaison.web.gate import public
from liaison.web.pages import render_page

_FRESH_SECONDS = 60


@public
@require_safe
def brand_support(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer anybody, in the visitor's language; 404 before the first launch as for what does not exist (W10)."""
    response = render_page(request, "contacts/brand_support.html", {"support": support_of(slug, utc_now())})
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    patch_cache_control(response, private=True, max_age=_FRESH_SECONDS)
    return response


@public
@require_safe
def brand_support_json(request: HttpRequest, slug: str) -> JsonResponse:
    """Answer the same to programs of any origin; times of day are those of each row's zone, moments are UTC."""
    response = JsonResponse(_document(support_of(slug, utc_now())))
    patch_cache_control(response, public=True, max_age=_FRESH_SECONDS)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _document(support: BrandSupport) -> dict[str, object]:
    return {
        "brand": support.brand_name,
        "support_email": support.address,
        "open_now": support.is_open,
        "changes_at": support.changes_at.isoformat().replace("+00:00", "Z") if support.changes_at else None,
        "support_hours": [_row(row) for row in support.hours],
    }


def _row(row: HoursRow) -> dict[str, object]:
    ends_next_day = row.end_minute > MINUTES_A_DAY
    return {
        "days": sorted(row.days),
        "start": format_clock(row.start_minute, "en"),
        "end": format_clock(row.end_minute - MINUTES_A_DAY if ends_next_day else row.end_minute, "en"),
        "ends_next_day": ends_next_day,
        "time_zone": row.zone,
    }
