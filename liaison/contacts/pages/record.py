"""Configuration → Contact information, its history, and the same for staff, who only read (C6)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liaison.accounts.access import account_for
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.contacts import access, actions
from liaison.contacts.formposts import whole_number
from liaison.contacts.history import history_of
from liaison.contacts.pages.editing import Place, show, take
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict
from liaison.web import wording
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, render_page

_TEMPLATE = "contacts/contact_information.html"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def contact_information(request: HttpRequest) -> HttpResponse:
    """Show or change the record of one's own account; `?environment=sandbox` is the sandbox view (C2b)."""
    account = identity_of(request).account
    place = _place(request)
    return take(request, account, place) if request.method == "POST" else show(request, account, place)


@signed_in
@require_safe
def account_contact_information(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the record of any account the reader may see; staff change nothing here."""
    account = account_for(identity_of(request), slug)
    address = reverse("account_contact_information", kwargs={"slug": slug})
    return show(request, account, Place(_TEMPLATE, address), {"is_own": account == identity_of(request).account})


@signed_in
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Say that everything still holds."""
    account = identity_of(request).account
    try:
        actions.confirm_contact_information(
            actor=identity_of(request),
            account=account,
            seen_version=whole_number(request.POST.get("seen_version", "")),
            now=utc_now(),
        )
        messages.success(request, _("Contact information confirmed."))
    except Conflict as refusal:
        messages.warning(request, wording.text_of(refusal))
    return redirect_to(request, "contact_information")


@signed_in
@require_safe
def contact_history(request: HttpRequest) -> HttpResponse:
    return _history(request, identity_of(request).account)


@signed_in
@require_safe
def account_contact_history(request: HttpRequest, slug: str) -> HttpResponse:
    return _history(request, account_for(identity_of(request), slug))


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Ask, then throw the draft away. Open at the gate, where drafts are written."""
    actor = identity_of(request)
    access.require_edit(actor, actor.account)
    draft = access.contact_draft_for(actor, actor.account)
    if request.method == "POST":
        revision = whole_number(request.POST.get("draft_revision", ""))
        try:
            actions.discard_draft(actor=actor, account=actor.account, base_revision=revision, now=utc_now())
            messages.success(request, _("Draft discarded."))
        except Conflict as refusal:
            messages.warning(request, wording.text_of(refusal))
        return redirect_to(request, "contact_information")
    if draft is None:
        return redirect_to(request, "contact_information")
    return render_page(request, "contacts/discard_draft.html", {"draft": draft}, status=HTTPStatus.OK)


def _history(request: HttpRequest, account: Account) -> HttpResponse:
    record = access.contact_record_for(identity_of(request), account)
    page = history_of(record, whole_number(request.GET.get("page", "")) or 1)
    is_own = account == identity_of(request).account
    back = (
        reverse("contact_information")
        if is_own
        else reverse("account_contact_information", kwargs={"slug": account.slug})
    )
    return render_page(request, "contacts/contact_history.html", {"account": account, "page": page, "back": back})


def _place(request: HttpRequest) -> Place:
    address = reverse("contact_information")
    if request.GET.get("environment") == EnvironmentName.SANDBOX:
        return Place(_TEMPLATE, f"{address}?environment=sandbox", EnvironmentName.SANDBOX)
    return Place(_TEMPLATE, address)
