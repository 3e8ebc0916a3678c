"""Where filing begins: one's own drafts, for whom an agent or a delegate files, and who may not."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.cases.access import case_for, may_file
from liaison.cases.labels import severity_name
from liaison.cases.numbers import shown
from liaison.delegation.access import works_for_customers
from liaison.filing import access, actions
from liaison.filing.pages.choosing import address_for, choose_customer
from liaison.filing.pages.draft import address_of_another
from liaison.filing.prefill import account_asked, asked_of, prefilled
from liaison.filing.setting import INTEGRATION, PRODUCT, Setting
from liaison.filing.sheet import one_line
from liaison.filing.vocabulary import DRAFTS_LIVE
from liaison.lib.clock import utc_now
from liaison.lib.ids import new_public_id
from liaison.lib.refusals import Forbidden, Missing
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, redirect_to_address, render_page

_MOST_ACCOUNTS: Final = 20


@never_cache
@open_at_the_gate
@signed_in
@require_safe
def new_case(request: HttpRequest) -> HttpResponse:
    """Begin a case: go on with a draft, choose an account (agents, delegates), or straight to the form.

    Whoever may only read is told why, and who files.
    """
    actor, now = identity_of(request), utc_now()
    asked = _with_account(actor, asked_of(request.GET), now)
    try:
        account = access.account_to_file_for(actor, account_asked(asked))
    except Forbidden:
        return _only_reads(request)
    if account is None:
        return _choose_account(request, asked) if actor.is_staff else choose_customer(request, asked)
    # What the address names is looked at now, so that a link that leads nowhere says so.
    prefilled(Setting(actor, account, get_language() or "en", access.barrier_of(actor, account)), asked, now)
    drafts = [one for one in access.drafts_of(actor) if one.account_id == account.pk]
    address = reverse("case_draft", kwargs={"draft": new_public_id()})
    address += "?" + urlencode(asked) if asked else ""
    if not drafts or _leads_on(asked):
        return redirect_to_address(request, address)
    context = {"drafts": drafts, "address": address, "account": account, "days": DRAFTS_LIVE.days}
    return render_page(request, "filing/drafts.html", context)


@never_cache
@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def discard_case_draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw a draft away, after a question."""
    actor = identity_of(request)
    draft = access.draft_for(actor, public_id)
    if draft is None:
        raise Missing
    if request.method == "POST":
        actions.discard_draft(actor=actor, public_id=public_id, now=utc_now())
        messages.success(request, _("The draft was discarded."))
        return redirect_to(request, "new_case")
    return render_page(request, "filing/discard.html", {"draft": draft})


@never_cache
@open_at_the_gate
@signed_in
@require_safe
def case_filed(request: HttpRequest, number: str) -> HttpResponse:
    """Say that a case was filed, its number, and what happens next."""
    actor = identity_of(request)
    case = case_for(actor, number, utc_now())
    about = f"{INTEGRATION}:{case.integration.public_id}" if case.integration else f"{PRODUCT}:{case.product}"
    context = {
        "case": case,
        "number": shown(case.number),
        "mailbox": actor.mailbox,
        "is_filer": case.filed_by_id == actor.pk,
        "may_file": may_file(actor, case.account),
        "case_address": reverse("case", kwargs={"number": case.number}),
        "another": address_of_another(about, case.account.slug),
        "severity": severity_name(case.severity),
    }
    return render_page(request, "filing/filed.html", context)


def _with_account(actor: Identity, asked: dict[str, str], now: datetime) -> dict[str, str]:
    """Return what is asked for with the account that it says by itself: that of the case before, or one's own."""
    if account_asked(asked) or not (actor.is_staff or works_for_customers(actor)):
        return asked
    if "follows" in asked:
        return asked | {"account": case_for(actor, asked["follows"], now).account.slug}
    is_own = not actor.is_staff and not {"incident", "integration"}.isdisjoint(asked)
    return asked | {"account": actor.account.slug} if is_own else asked


def _leads_on(asked: dict[str, str]) -> bool:
    """Say whether the address already says what the case is about: then nobody is asked about old drafts first."""
    return any(name in asked for name in ("incident", "follows", "urgent"))


def _only_reads(request: HttpRequest) -> HttpResponse:
    actor = identity_of(request)
    context = {"is_staff": actor.is_staff, "people": () if actor.is_staff else access.who_may_file(actor.account)}
    return render_page(request, "filing/only_reads.html", context, status=403)


def _choose_account(request: HttpRequest, asked: dict[str, str]) -> HttpResponse:
    words = one_line(request.GET.get("q", ""))[:100]
    found = list(access.accounts_for(identity_of(request), words)[: _MOST_ACCOUNTS + 1])
    shown = [{"name": one.name, "address": address_for(one.slug, asked)} for one in found[:_MOST_ACCOUNTS]]
    context = {"words": words, "accounts": shown, "has_more": len(found) > _MOST_ACCOUNTS, "asked": asked}
    return render_page(request, "filing/choose_account.html", context)
