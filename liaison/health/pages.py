"""Pages: the list of incidents, and who would be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity
from liaison.health.access import previewable_integrations, sees_addresses, visible_incidents, visible_integrations
from liaison.health.forms import WhoWouldBeToldForm, integration_label
from liaison.health.models import Incident
from liaison.health.preview import Preview, preview_for
from liaison.health.titles import title_of
from liaison.health.words import ENVIRONMENT_NAMES, SOURCES, severity_name
from liaison.integrations.models import EnvironmentName, Integration
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.notifications.recipients import rows_of
from liaison.web.pages import render_page

PER_PAGE: Final = 25
STATES: Final = ("open", "resolved")


@signed_in
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """List what the reader may see, newest first, by environment and state."""
    reader = identity_of(request)
    # Staff see too many to choose from: a page about an integration leads here with its id.
    integrations = [] if reader.is_staff else list(visible_integrations(reader))
    asked = (
        visible_integrations(reader).filter(public_id=request.GET.get("integration", "").replace("\x00", "")).first()
    )
    chosen = {
        "environment": _one_of(request.GET.get("environment"), list(EnvironmentName)),
        "state": _one_of(request.GET.get("state"), STATES),
        "integration": asked.public_id if asked else "",
        "severity": _one_of(request.GET.get("severity"), [one.value for one in Severity]),
        "source": _one_of(request.GET.get("source"), list(SOURCES)),
    }
    found = _filtered(visible_incidents(reader), chosen).order_by("-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen,
        "query": urlencode({key: value for key, value in chosen.items() if value}),
        "is_filtered": any(chosen.values()),
        "is_staff": reader.is_staff,
        "choices": _choices(integrations),
        "about": integration_label(asked, with_account=reader.is_staff) if asked else "",
        "kind_name": kind_name,
        "severity_name": severity_name,
        "title_of": title_of,
        "snippet": snippet(),
    }
    return render_page(request, "health/incidents.html", context)


@signed_in
@require_GET
def who_would_be_told(request: HttpRequest) -> HttpResponse:
    """Answer by the very function that tells them (invariant 7). The question stands in the address."""
    reader = identity_of(request)
    integrations = list(previewable_integrations(reader))
    asked = request.GET if "topic" in request.GET else _usual_question(reader, integrations)
    form = WhoWouldBeToldForm(
        asked,
        integrations=integrations,
        with_accounts=reader.is_staff,
        zone=reader.effective_time_zone,
    )
    answer = _answer(form, integrations, reader) if asked is not None and form.is_valid() else None
    context: dict[str, Any] = {"form": form, "answer": answer, "has_integrations": bool(integrations)}
    if answer is not None:
        addresses = sees_addresses(reader, answer.account)
        context["rows"] = rows_of(answer.plan, addresses=addresses, staff=reader.is_staff)
        context["integration_name"] = kind_name(answer.integration.kind)
    status = 422 if asked is not None and not form.is_valid() else 200
    return render_page(request, "health/who_would_be_told.html", context, status=status, fragment="answer")


def _usual_question(reader: Identity, integrations: list[Integration]) -> dict[str, str] | None:
    """Return what most people come to ask: who is told of something critical in production, now."""
    if not integrations:
        return None
    return {
        "integration": integrations[0].public_id,
        "environment": EnvironmentName.PRODUCTION.value,
        "topic": Severity.CRITICAL.value,
        **_now_in(reader.effective_time_zone),
    }


def snippet() -> str:
    """Return what a partner adds to its `alertmanager.yml`."""
    return (
        "receivers:\n"
        "  - name: liaison\n"
        "    webhook_configs:\n"
        f"      - url: {settings.PORTAL_URL}/in/alertmanager?environment=production\n"
        "        send_resolved: true\n"
        "        http_config:\n"
        "          authorization:\n"
        "            type: Bearer\n"
        "            credentials_file: /etc/alertmanager/liaison-intake-key\n"
        "route:\n"
        "  receiver: liaison\n"
    )


def _choices(integrations: list[Integration]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the filters of the list: name, label, and what can be chosen."""
    language = get_language() or "en"
    severity = [(one.key.value, one.name(language)) for one in severities().values()]
    source = [(key, str(words)) for key, words in SOURCES.items()]
    found = [
        ("environment", _("Environment"), [(key, str(words)) for key, words in ENVIRONMENT_NAMES.items()]),
        ("state", _("Status"), [("open", _("Not resolved")), ("resolved", _("Resolved"))]),
        ("severity", _("Severity"), severity),
        ("source", _("Reported by"), source),
    ]
    if len(integrations) > 1:
        labels = [(one.public_id, kind_name(one.kind)) for one in integrations]
        found.insert(0, ("integration", _("Integration"), labels))
    return found


def _filtered(found: QuerySet[Incident], chosen: dict[str, str]) -> QuerySet[Incident]:
    if chosen["environment"]:
        found = found.filter(environment__name=chosen["environment"])
    if chosen["state"]:
        found = found.filter(resolved_at__isnull=chosen["state"] == "open")
    if chosen["integration"]:
        found = found.filter(environment__integration__public_id=chosen["integration"])
    for field in ("severity", "source"):
        if chosen[field]:
            found = found.filter(**{field: chosen[field]})
    return found


def _answer(form: WhoWouldBeToldForm, integrations: list[Integration], reader: Identity) -> Preview:
    values = form.cleaned_data
    account = next(one.account for one in integrations if one.public_id == values["integration"])
    return preview_for(
        reader,
        account,
        values["topic"],
        environment=values["environment"],
        integration=values["integration"],
        at_local=values["at"],
        zone=values["zone"],
        now=utc_now(),
    )


def _now_in(zone: str) -> dict[str, str]:
    local = timezone.localtime(utc_now(), ZoneInfo(zone))
    return {"at": local.strftime("%Y-%m-%dT%H:%M"), "zone": zone}


def _one_of(value: str | None, known: Iterable[str]) -> str:
    return next((one for one in known if one == value), "")
