"""One environment: charts with their tables, errors, feeds, signs of life, over a range of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.integrations.models import Environment
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.zones import city_name
from liaison.monitoring import words
from liaison.monitoring.access import environment_for
from liaison.monitoring.account import is_beating, is_fresh
from liaison.monitoring.detail import detail_of
from liaison.monitoring.pages.shared import address_of_account, common_words, setup_address
from liaison.monitoring.spans import Asked, asked_span
from liaison.web.pages import render_page


@signed_in
@require_GET
def environment(request: HttpRequest, public_id: str, environment: str) -> HttpResponse:
    """Show how an environment does; the range and the action stand in the address."""
    reader, now = identity_of(request), utc_now()
    found = environment_for(reader, public_id, environment)
    asked = asked_span(request.GET.dict(), reader.effective_time_zone, now)
    detail = detail_of(found, asked.span, now, request.GET.get("action", ""))
    context = {
        **common_words(reader),
        **_words_of_place(reader, found),
        "detail": detail,
        "row": detail.card.row,
        "now": now,
        "asked": asked,
        "spans": _spans(asked, detail.chosen),
        "zone_name": city_name(timezone.get_current_timezone_name(), get_language() or "en"),
        "labels": words.labels([max(one, asked.span.start) for one in asked.span.moments]),
        "titles": words.TITLES,
        "column_words": words.COLUMNS,
        "outcomes": words.OUTCOMES,
        "check_outcomes": words.CHECK_OUTCOMES,
        "problem": words.PROBLEMS[asked.problem] if asked.problem else "",
        "short_moment": words.short_moment,
        "is_fresh": is_fresh,
        "is_beating": is_beating,
    }
    return render_page(request, "monitoring/environment.html", context, fragment="live")


def _words_of_place(reader: Identity, found: Environment) -> Mapping[str, Any]:
    account = found.integration.account
    return {
        "environment": found,
        "integration_name": kind_name(found.integration.kind),
        "account": account,
        "is_own": account.pk == reader.account.pk,
        "account_address": address_of_account(reader, account),
        "setup_address": setup_address(found),
        "may_file": account.pk == reader.account.pk and reader.may(Privilege.WRITE_CASES),
    }


def _spans(asked: Asked, action: str) -> list[tuple[str, str, str]]:
    """Return the ranges as tabs: key, words, address."""
    kept = {"action": action} if action else {}
    tabs = [
        (key.value, str(label), "?" + urlencode({"range": key.value, **kept})) for key, label in words.SPANS.items()
    ]
    own = {"range": "own", "from": asked.since, "to": asked.until, **kept}
    return [*tabs, ("own", _("Own range"), "?" + urlencode(own))] if asked.since else tabs
