"""Public holidays of a region by year, what administrators correct of them, and the import from a calendar file."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.calendars import access, actions
from liaison.calendars.actions.holidays import NamedDay, new_holidays
from liaison.calendars.forms import CorrectionForm, ImportForm, RegionForm
from liaison.calendars.ical import LARGEST, read_holidays
from liaison.calendars.models import DayKind
from liaison.calendars.pages.saying import refuse_in, words_of
from liaison.calendars.queries import is_region, region_name
from liaison.calendars.regions import FIRST_YEAR, LAST_YEAR
from liaison.calendars.year import year_of
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_date
from liaison.lib.languages import ENGLISH
from liaison.lib.refusals import Invalid, Missing
from liaison.web.pages import redirect_to, redirect_to_address, render_page

_USUAL: Final = {"ko": "KR", "zh-hans": "CN", "it": "IT", "pl": "PL"}
_YEARS_READ: Final = 3
_PREVIEW_LASTS_SECONDS: Final = 3600
_SALT: Final = "liaison.calendars.import"


@signed_in
@require_safe
def holidays(request: HttpRequest) -> HttpResponse:
    """Show the days of one region and year: published, corrected, and what counts."""
    reader = identity_of(request)
    access.require_staff(reader)
    asked = {"region": _USUAL.get(get_language() or "", "GB"), "year": str(timezone.localdate().year)}
    asked |= {name: request.GET[name] for name in asked if name in request.GET}
    form = RegionForm(asked)
    is_valid = form.is_valid()
    context: dict[str, Any] = {"form": form, "may_manage": access.may_manage(reader), "rows": None}
    if is_valid:
        region, year = form.cleaned_data["region"], form.cleaned_data["year"]
        context |= {
            "region": region,
            "region_name": region_name(region),
            "year": year,
            "rows": year_of(region, year),
            "earlier": _address(region, year - 1) if year > FIRST_YEAR else None,
            "later": _address(region, year + 1) if year < LAST_YEAR else None,
        }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(request, "calendars/holidays.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def correct_holiday(request: HttpRequest, region: str) -> HttpResponse:
    """Say what a day is in a region."""
    actor = identity_of(request)
    access.require_manage(actor)
    _known(region)
    form = CorrectionForm(request.POST or None, initial={"day": request.GET.get("day", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.correct_holiday(
                actor=actor,
                region=region,
                day=given["day"],
                kind=DayKind(given["kind"]),
                end_minute=given["end"],
                note_text=given["note"],
                now=utc_now(),
            )
        except Invalid as invalid:
            refuse_in(form, invalid)
        else:
            messages.success(request, _("The day was corrected."))
            return redirect_to_address(request, _address(region, given["day"].year))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "region": region, "region_name": region_name(region)}
    return render_page(request, "calendars/correct_holiday.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove_correction(request: HttpRequest, public_id: str) -> HttpResponse:
    actor = identity_of(request)
    found = access.correction_for(actor, public_id)
    access.require_manage(actor)
    back = _address(found.region, found.day.year)
    if request.method == "POST":
        actions.remove_holiday_correction(actor=actor, correction=found, now=utc_now())
        messages.success(request, _("The published list counts again for this day."))
        return redirect_to_address(request, back)
    context = {"day": _day(found.day), "region_name": region_name(found.region), "back": back}
    return render_page(request, "calendars/remove_correction.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_holidays(request: HttpRequest, region: str) -> HttpResponse:
    """Read a file and show what would change; the second form, signed, makes it so."""
    actor = identity_of(request)
    access.require_manage(actor)
    _known(region)
    if request.method == "POST" and "read" in request.POST:
        return _import(request, region)
    form = ImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context: dict[str, Any] = {"form": form, "region": region, "region_name": region_name(region), "days": None}
    if request.method == "POST" and form.is_valid():
        first = utc_now().year
        try:
            days = read_holidays(form.cleaned_data["file"].read(LARGEST + 1), first, first + _YEARS_READ - 1)
        except Invalid as invalid:
            refuse_in(form, invalid)
        else:
            new = {one.day for one in new_holidays(region, days)}
            context |= {
                "days": [(one, _day(one.day), one.day in new) for one in days],
                "count": len(new),
                "read": _sealed(region, days),
            }
    context["back"] = _address(region, utc_now().year)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "calendars/import_holidays.html", context, status=status)


def _import(request: HttpRequest, region: str) -> HttpResponse:
    try:
        kept = signing.loads(request.POST["read"], salt=_SALT, max_age=_PREVIEW_LASTS_SECONDS)
        days = [NamedDay(date.fromisoformat(day), name) for day, name in kept["days"]]
    except signing.BadSignature:
        messages.error(request, _("The preview is too old. Choose the file again."))
        return redirect_to(request, "import_holidays", region=region)
    if kept["region"] != region:
        raise Missing
    try:
        count = actions.import_holidays(actor=identity_of(request), region=region, days=days, now=utc_now())
    except Invalid as invalid:
        messages.error(request, words_of(invalid))
        return redirect_to(request, "import_holidays", region=region)
    said = ngettext("%(number)s holiday was added.", "%(number)s holidays were added.", count)
    messages.success(request, said % {"number": count})
    return redirect_to_address(request, _address(region, days[0].day.year))


def _sealed(region: str, days: tuple[NamedDay, ...]) -> str:
    kept = {"region": region, "days": [(one.day.isoformat(), one.name) for one in days]}
    return signing.dumps(kept, salt=_SALT, compress=True)


def _day(day: date) -> str:
    return format_date(day, get_language() or ENGLISH.code)


def _known(region: str) -> None:
    if not is_region(region):
        raise Missing


def _address(region: str, year: int) -> str:
    return f"{reverse('holidays')}?{urlencode({'region': region, 'year': year})}"
