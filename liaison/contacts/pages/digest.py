"""Contact information → When you hear from us: at once, or as one digest in the support hours."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.accounts.refused import mark
from liaison.calendars.queries import region_name
from liaison.contacts import access, actions
from liaison.contacts.forms import DigestForm
from liaison.contacts.models import ContactRecord
from liaison.contacts.pages.choices import show_choice
from liaison.contacts.queries import next_opening, open_hours
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_hours_row, format_moment
from liaison.lib.refusals import Invalid
from liaison.web.pages import redirect_to


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    """Show or change the choice of one's own account; readers see it."""
    actor = identity_of(request)
    account = actor.account
    if request.method != "POST":
        return _show(request, account)
    access.require_edit(actor, account)
    form = DigestForm(request.POST)
    if not form.is_valid():
        return _show(request, account, form)
    try:
        actions.change_digest(actor=actor, account=account, **form.cleaned_data, now=utc_now())
    except Invalid as refusal:
        mark(form, refusal)
        return _show(request, account, form)
    messages.success(request, _("Your choice is saved."))
    return redirect_to(request, "contact_digest")


@signed_in
@require_safe
def account_digest(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the same of any account the reader may see; staff change nothing here."""
    return _show(request, account_for(identity_of(request), slug))


def _show(request: HttpRequest, account: Account, form: DigestForm | None = None) -> HttpResponse:
    return show_choice(request, account, "contacts/digest.html", form=form, form_of=_form_of, context_of=_meaning)


def _meaning(record: ContactRecord) -> dict[str, object]:
    """Return what the choice means now: the hours in words, and when something would go that waits for them."""
    account = record.account
    now, language = utc_now(), get_language() or "en"
    rows = open_hours(account, now).rows
    opening = next_opening(account, now)
    return {
        "region": region_name(record.holiday_region) if record.holiday_region else "",
        "hours": [format_hours_row(row, language) for row in rows],
        "opens_at": None if opening is None else format_moment(opening, language, rows[0].zone),
    }


def _form_of(record: ContactRecord) -> DigestForm:
    return DigestForm(initial={"waits_for_hours": record.waits_for_hours, "holiday_region": record.holiday_region})
