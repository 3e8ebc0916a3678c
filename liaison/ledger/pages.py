"""Pages: the ledger of deliveries, one delivery with its attempts, what was sent, and sending again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.refused import say
from liaison.catalog.loader import topics
from liaison.expectations.links import gives_answer
from liaison.health.access import incident_for
from liaison.health.titles import title_of
from liaison.integrations.models import Integration
from liaison.integrations.wording import kind_name
from liaison.ledger import actions
from liaison.ledger.access import (
    account_of,
    delivery_for,
    may_send_again,
    may_send_now,
    require_ledger,
    require_send_again,
)
from liaison.ledger.filters import STATES, wanted_of
from liaison.ledger.listing import listing
from liaison.ledger.rows import Row, rows_of
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict
from liaison.notifications.facts import Channel
from liaison.notifications.models import Delivery, DeliveryState
from liaison.notifications.queries import ledger_lines
from liaison.notifications.wording import REASONS
from liaison.web.downloads import spreadsheet
from liaison.web.pages import redirect_to, render_page

_SUFFIXES = {Channel.EMAIL: ("eml", "message/rfc822")}


@signed_in
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List who was told of what, the newest first, by whatever the reader asks for."""
    reader, wanted = identity_of(request), wanted_of(request.GET)
    require_ledger(reader)
    incident = incident_for(reader, wanted.incident) if wanted.incident else None
    found = listing(reader, wanted, zone=reader.effective_time_zone, before=request.GET.get("before", ""))
    context = {
        "rows": found.rows,
        "older": found.older,
        "is_first": not request.GET.get("before"),
        "wanted": wanted,
        "is_staff": reader.is_staff,
        "incident": incident,
        "incident_title": title_of(incident) if incident else "",
        **_choices(reader),
    }
    return render_page(request, "ledger/deliveries.html", context)


@signed_in
@require_GET
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Send what the page lists as a file for spreadsheets. Who takes it is noted."""
    reader, wanted = identity_of(request), wanted_of(request.GET)
    require_ledger(reader)
    pieces = actions.export_deliveries(
        actor=reader,
        wanted=wanted,
        zone=reader.effective_time_zone,
        language=get_language() or "en",
        now=utc_now(),
    )
    return spreadsheet(pieces, "deliveries.csv")


@signed_in
@require_safe
def delivery(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one delivery: to whom and why, every attempt with the answer, and what the reader can do."""
    reader = identity_of(request)
    found = delivery_for(reader, public_id)
    row = _row(found, reader)
    did_not_arrive = found.state in {DeliveryState.FAILED, DeliveryState.BOUNCED}
    may_act = did_not_arrive and may_send_again(reader, row.account)
    context = {
        "row": row,
        "is_staff": reader.is_staff,
        "gives_answer": gives_answer(found),
        "may_send_again": may_act and not (row.line.review and row.line.review.sent_again_as),
        "may_send_now": row.is_deferred and may_send_now(reader, row.account),
        "may_mark_seen": may_act and row.line.review is None,
    }
    return render_page(request, "ledger/delivery.html", context)


@signed_in
@require_GET
@never_cache
def sent_message(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the bytes that went out, as a file. They are never shown in the portal: they are somebody's words."""
    reader = identity_of(request)
    sent = actions.open_sent_message(actor=reader, delivery=delivery_for(reader, public_id), now=utc_now())
    suffix, kind = _SUFFIXES.get(sent.channel, ("json", "application/json"))
    return HttpResponse(
        sent.data,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{public_id}.{suffix}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Ask before sending again, say what may happen, and do it."""
    actor = identity_of(request)
    found = delivery_for(actor, public_id)
    if request.method != "POST":
        return _ask_to_send_again(request, actor, found)
    try:
        again = actions.resend_delivery(actor=actor, delivery=found, now=utc_now())
    except Conflict as refusal:
        say(request, refusal)
        return redirect_to(request, "delivery", public_id=public_id)
    messages.success(request, _("It is sent again."))
    return redirect_to(request, "delivery", public_id=again.public_id)


@signed_in
@require_POST
def mark_seen(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that somebody has looked at what did not arrive."""
    actor = identity_of(request)
    try:
        actions.mark_delivery_seen(actor=actor, delivery=delivery_for(actor, public_id), now=utc_now())
        messages.success(request, _("It is noted that you have seen it."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "delivery", public_id=public_id)


@signed_in
@require_POST
def send_now(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let something go at once that waits for its moment."""
    actor = identity_of(request)
    try:
        actions.send_deferred_delivery(actor=actor, delivery=delivery_for(actor, public_id), now=utc_now())
        messages.success(request, _("It is sent now."))
    except Conflict as refusal:
        say(request, refusal)
    return redirect_to(request, "delivery", public_id=public_id)


def _ask_to_send_again(request: HttpRequest, actor: Identity, found: Delivery) -> HttpResponse:
    require_send_again(actor, account_of(found))
    context = {
        "title": _("Send again?"),
        "question": _("Send this message again to %(name)s?") % {"name": _row(found, actor).name},
        "consequences": _consequences(found),
        "button": _("Send again"),
        "back": reverse("delivery", kwargs={"public_id": found.public_id}),
    }
    return render_page(request, "web/confirm.html", context, status=HTTPStatus.OK)


def _consequences(found: Delivery) -> list[str]:
    said = [
        _("It is made anew, in the words of today, and goes out at once to the same person."),
        _("It is sent only if this person may still receive it."),
    ]
    if found.state_reason == "outcome_unknown":
        said.insert(0, _("Nobody knows whether the message arrived. The person may get it again."))
    return said


def _row(found: Delivery, reader: Identity) -> Row:
    (row,) = rows_of(ledger_lines(Delivery.objects.filter(pk=found.pk)), reader)
    return row


def _choices(reader: Identity) -> dict[str, Any]:
    """Return what the filters offer."""
    language, entries = get_language() or "en", topics()
    integrations = [] if reader.is_staff else list(Integration.objects.filter(account=reader.account).order_by("pk"))
    return {
        "topics": [(topic.value, entry.name(language)) for topic, entry in entries.items()],
        "reasons": [(reason.value, label) for reason, label in REASONS.items()],
        "states": list(STATES),
        "integrations": [(one.public_id, kind_name(one.kind)) for one in integrations],
    }
