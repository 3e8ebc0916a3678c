"""Pages: the notices to an account, one with what became of it, writing one, and taking one back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.accounts.refused import mark, say
from liaison.expectations.panel import panel_about
from liaison.expectations.wording import EXPECTED
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.languages import language_for
from liaison.lib.refusals import Conflict, Invalid
from liaison.notices import access, actions
from liaison.notices.draft import Draft, draft_of
from liaison.notices.forms import NoticeForm
from liaison.notices.preview import outcome_of, plan_of, sees_addresses
from liaison.notices.vocabulary import NOTICE
from liaison.notices.wording import topic_name
from liaison.notifications.recipients import rows_of
from liaison.web.pages import redirect_to, render_page

PER_PAGE: Final = 25


@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List the notices that the reader may read, the newest first; `account` narrows it to one, for staff."""
    reader = identity_of(request)
    access.require_notices(reader)
    found, slug = access.visible_notices(reader), request.GET.get("account", "").replace("\x00", "")
    if slug:
        found = found.filter(account__slug=slug)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "query": f"account={slug}" if slug else "",
        "is_staff": reader.is_staff,
        "topic_name": topic_name,
        "kind_name": kind_name,
    }
    return render_page(request, "notices/notices.html", context)


@signed_in
@require_safe
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one notice: its words, who wrote it, and who was told."""
    reader = identity_of(request)
    found = access.notice_for(reader, public_id)
    outcome = outcome_of(found, reader)
    context = {
        "notice": found,
        "outcome": outcome,
        "lines": found.text.split("\n"),
        "written_in": language_for(found.language),
        "topic": topic_name(found.topic),
        "integration": kind_name(found.integration.kind) if found.integration else "",
        "is_staff": reader.is_staff,
        "answer_panel": panel_about(reader, NOTICE, str(found.pk), utc_now()),
        "may_withdraw": access.may_write(reader, found.account) and found.withdrawn_at is None,
    }
    return render_page(request, "notices/notice.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def write_notice(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Write a notice: first it shows who will be told, when and why; then it is sent."""
    actor = identity_of(request)
    account = access.partner_for(actor, slug)
    if request.method != "POST":
        return _show(request, account, NoticeForm(account=account, zone=actor.effective_time_zone))
    form = NoticeForm(request.POST, account=account, zone=actor.effective_time_zone)
    if not form.is_valid():
        return _show(request, account, form)
    try:
        if "send" not in request.POST:
            return _show(request, account, form, preview=_preview(request, account, form.cleaned_data))
        made = actions.raise_notice(actor=actor, account=account, **form.cleaned_data, now=utc_now())
    except Invalid as refusal:
        mark(form, refusal)
        return _show(request, account, form)
    messages.success(request, _("The notice is sent."))
    return redirect_to(request, "notice", public_id=made.public_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_notice(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Ask before taking a notice back, say what it means, and do it."""
    actor = identity_of(request)
    found = access.notice_for(actor, public_id)
    access.require_write(actor, found.account)
    if request.method != "POST":
        return _ask_to_withdraw(request, public_id, found.title)
    try:
        actions.withdraw_notice(actor=actor, notice=found, now=utc_now())
        messages.success(request, _("The notice is withdrawn."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "notice", public_id=public_id)


def _preview(request: HttpRequest, account: Account, values: dict[str, Any]) -> dict[str, Any]:
    """Return who would be told, and the values to send, made clean."""
    reader = identity_of(request)
    now = utc_now()
    draft = draft_of(account, **values, now=now)
    plan = plan_of(draft, now)
    rows = rows_of(plan, addresses=sees_addresses(reader, account), staff=reader.is_staff)
    return {
        "title": draft.title,
        "lines": draft.text.split("\n"),
        "language_tag": language_for(draft.language).html_lang,
        "told": [row for row in rows if not row.why_not],
        "not_told": [row for row in rows if row.why_not],
        "nobody": bool(plan.nobody),
        "values": _typed(values, draft, ZoneInfo(reader.effective_time_zone)),
        "is_urgent": draft.is_urgent,
        "expected": EXPECTED[draft.expected] if draft.expected else "",
        "due_at": draft.due_at,
    }


def _typed(values: dict[str, Any], draft: Draft, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return what is sent along by the button, also the moment by which it is expected, which may be the usual one."""
    due_at = draft.due_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if draft.due_at else ""
    typed = {**values, "due_at": due_at}
    return [(name, value) for name, value in typed.items() if value and name != "is_urgent"]


def _show(
    request: HttpRequest, account: Account, form: NoticeForm, preview: dict[str, Any] | None = None
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"account": account, "form": form, "preview": preview}
    return render_page(request, "notices/write_notice.html", context, status=status)


def _ask_to_withdraw(request: HttpRequest, public_id: str, title: str) -> HttpResponse:
    context = {
        "title": _("Withdraw the notice?"),
        "question": _("Withdraw this notice: %(title)s?") % {"title": title},
        "consequences": [
            _("Whoever it has not reached yet does not get it."),
            _("Whoever has it keeps it; the page says that it was withdrawn."),
        ],
        "button": _("Withdraw"),
        "back": reverse("notice", kwargs={"public_id": public_id}),
    }
    return render_page(request, "web/confirm.html", context)
