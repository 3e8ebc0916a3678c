"""Pages of the staff about deliveries: what needs somebody, and sending again what an outage kept from arriving."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts.access import require
from liaison.accounts.guards import identity_of
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.desk.access import for_staff
from liaison.desk.deliveries import KINDS, TABS, asked_of, deliveries_at_the_desk
from liaison.desk.forms import SendAgainForm
from liaison.ledger.actions import MOST_AT_ONCE, failed_since, resend_failed_deliveries
from liaison.lib.clock import utc_now
from liaison.lib.zones import resolve_local
from liaison.notifications.auditing.standing import Health, standing
from liaison.notifications.auditing.wording import trouble_label
from liaison.web.pages import redirect_to, render_page

LONGEST_AGO: Final = timedelta(days=30)
_USUAL: Final = timedelta(hours=24)


@for_staff
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show how the deliveries stand, and list those that need somebody. Fresh every ten seconds."""
    reader, asked, now = identity_of(request), asked_of(request.GET), utc_now()
    require(reader, Privilege.STAFF_VIEW_INCIDENTS)
    stands = standing(now)
    chosen = {"tab": asked.tab.value, "kind": asked.kind, "account": asked.account, "seen": "1" if asked.seen else ""}
    context = {
        "found": deliveries_at_the_desk(reader, asked, request.GET.get("page", "1"), now),
        "asked": asked,
        "tabs": TABS,
        "kinds": KINDS,
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "stands": stands,
        "is_good": stands.health is Health.GOOD,
        "is_silent": stands.health is Health.SILENT,
        "findings": [(trouble_label(one.trouble), one) for one in stands.findings],
        "may_send_again": reader.may(Privilege.STAFF_SEND_AGAIN),
    }
    return render_page(request, "desk/deliveries.html", context, fragment="standing")


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def send_failed_again(request: HttpRequest) -> HttpResponse:
    """Ask since when, show what would go out, and send it again."""
    actor, now = identity_of(request), utc_now()
    require(actor, Privilege.STAFF_SEND_AGAIN)
    zone = actor.effective_time_zone
    asked = request.POST if request.method == "POST" else request.GET
    given = asked if "since" in asked else {"since": _local(now - _USUAL, zone)}
    form = SendAgainForm(given)
    since = _since(form, zone, now) if form.is_valid() else None
    if request.method == "POST" and since is not None:
        return _send(request, actor, since, now)
    count = failed_since(actor, since).count() if since else 0
    context = {"form": form, "since": since, "count": count, "most": MOST_AT_ONCE, "value": given["since"]}
    status = HTTPStatus.OK if since else HTTPStatus.UNPROCESSABLE_ENTITY
    return render_page(request, "desk/send_failed_again.html", context, status=status)


def _send(request: HttpRequest, actor: Identity, since: datetime, now: datetime) -> HttpResponse:
    done = resend_failed_deliveries(actor=actor, since=since, now=now)
    said = ngettext("%(number)s message is sent again.", "%(number)s messages are sent again.", done.sent)
    messages.success(request, said % {"number": done.sent})
    if done.not_possible:
        left = ngettext(
            "%(number)s message cannot be sent any more: open it to see why.",
            "%(number)s messages cannot be sent any more: open them to see why.",
            done.not_possible,
        )
        messages.warning(request, left % {"number": done.not_possible})
    return redirect_to(request, "desk_deliveries")


def _since(form: SendAgainForm, zone: str, now: datetime) -> datetime | None:
    since = resolve_local(form.cleaned_data["since"], zone).instant_utc
    if now - LONGEST_AGO <= since <= now:
        return since
    form.add_error("since", _("Enter a moment of the last 30 days."))
    return None


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
