"""Who hears of a case: following it, and sharing it with others by e-mail address (D10, W6)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.refused import mark, say
from liaison.cases import access, actions
from liaison.cases.delegated.proving import Way, note_seen
from liaison.cases.models import Case, Share
from liaison.cases.numbers import shown
from liaison.cases.people import ShareForm, ShareRightForm, initial_of, people_panel
from liaison.cases.sharing import is_over, share_for
from liaison.cases.vocabulary import CaseRight, ShareCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to_address, render_page

_PEOPLE = "#people"


@open_at_the_gate
@never_cache
@signed_in
@require_safe
def people(request: HttpRequest, number: str) -> HttpResponse:
    """Show the panel on a page of its own."""
    reader, case = _asked(request, number)
    note_seen(reader, case, Way.PAGE, utc_now())
    return _page(request, reader, case)


@open_at_the_gate
@signed_in
@require_POST
def follow(request: HttpRequest, number: str) -> HttpResponse:
    reader, case = _asked(request, number)
    actions.follow_case(actor=reader, case=case, now=utc_now())
    messages.success(request, _("You get an e-mail with each update of this case."))
    return _back(request, case)


@open_at_the_gate
@signed_in
@require_POST
def unfollow(request: HttpRequest, number: str) -> HttpResponse:
    reader, case = _asked(request, number)
    actions.unfollow_case(actor=reader, case=case, now=utc_now())
    messages.success(request, _("You get no e-mails about this case any more."))
    return _back(request, case)


@open_at_the_gate
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, number: str) -> HttpResponse:
    """Share the case; what was typed comes back with what is wrong. The answer never says whose the address is."""
    reader, case = _asked(request, number)
    now = utc_now()
    access.require(reader, case, CaseRight.CHANGE, now)
    if request.method != "POST":
        return _page(request, reader, case)
    form = ShareForm(request.POST, auto_id="share_%s")
    if form.is_valid():
        wanted = {key: form.cleaned_data[key] for key in ("address", "right")}
        try:
            made = actions.share_case(actor=reader, case=case, **wanted, expires_at=form.ends_at(now), now=now)
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The case is shared with %(address)s.") % {"address": made.address})
            return _back(request, case)
    return _page(request, reader, case, form)


@open_at_the_gate
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a share another right or another end."""
    reader, case, found = _share(request, public_id)
    now = utc_now()
    if is_over(found, now):
        return _over(request, case)
    form = ShareRightForm(request.POST or None, initial=initial_of(found, now))
    if request.method == "POST" and form.is_valid():
        try:
            right, ends = form.cleaned_data["right"], form.ends_at(now)
            actions.change_share(actor=reader, share=found, right=right, expires_at=ends, now=now)
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The sharing is changed: %(address)s") % {"address": found.address})
            return _back(request, case)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "share": found, "case": case, "number": shown(case.number), "back": _address(case)}
    return render_page(request, "cases/share_change.html", context, status=status)


@open_at_the_gate
@never_cache
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first, then close the case to them."""
    reader, case, found = _share(request, public_id)
    if request.method == "POST":
        try:
            actions.end_share(actor=reader, share=found, now=utc_now())
            messages.success(request, _("The case is no longer shared with %(address)s.") % {"address": found.address})
        except Conflict as refusal:
            say(request, refusal)
        return _back(request, case)
    if is_over(found, utc_now()):
        return _over(request, case)
    context = {
        "title": _("End the sharing"),
        "question": _("End the sharing with %(address)s?") % {"address": found.address},
        "consequences": [
            _("They cannot open the case any more, from this second on."),
            _("E-mails about the case that were not sent yet are not sent to them."),
            _("E-mails that they have already stay with them."),
        ],
        "button": _("End the sharing"),
        "back": _address(case),
    }
    return render_page(request, "web/confirm.html", context)


def _asked(request: HttpRequest, number: str) -> tuple[Identity, Case]:
    reader = identity_of(request)
    return reader, access.case_for(reader, number, utc_now())


def _share(request: HttpRequest, public_id: str) -> tuple[Identity, Case, Share]:
    """Return reader, case and share. Raises Missing, and Forbidden for who may not share."""
    reader = identity_of(request)
    found = share_for(reader, public_id, utc_now())
    access.require(reader, found.case, CaseRight.CHANGE, utc_now())
    return reader, found.case, found


def _page(request: HttpRequest, reader: Identity, case: Case, form: ShareForm | None = None) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    panel = people_panel(reader, case, utc_now(), form=form)
    context = {"people": panel, "case": case, "number": shown(case.number), "back": reverse("case", args=[case.number])}
    return render_page(request, "cases/people_page.html", context, status=status)


def _over(request: HttpRequest, case: Case) -> HttpResponse:
    messages.error(request, wording.text(ShareCode.OVER))
    return _back(request, case)


def _address(case: Case) -> str:
    return reverse("case", args=[case.number]) + _PEOPLE


def _back(request: HttpRequest, case: Case) -> HttpResponse:
    return redirect_to_address(request, _address(case))
