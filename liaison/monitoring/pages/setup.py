"""Setting an environment up for monitoring: its health check, its heartbeats, its feeds, and how reports are sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Identity
from liaison.feeds.queries import feeds_of
from liaison.integrations.models import Environment, EnvironmentName
from liaison.integrations.pages.shared import mark, said
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.monitoring import words
from liaison.monitoring.access import environment_for
from liaison.monitoring.account import is_beating, is_fresh
from liaison.monitoring.pages.shared import address_of_environment, common_words, setup_address
from liaison.monitoring.setup_forms import HealthCheckForm
from liaison.monitoring.snippets import snippets
from liaison.probes import actions
from liaison.probes.access import health_check_for, may_manage, require_manage
from liaison.probes.models import HealthCheck
from liaison.probes.queries import heartbeats_of, last_results
from liaison.probes.wording import problem_words
from liaison.web.pages import redirect_to_address, render_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, public_id: str, environment: str = EnvironmentName.PRODUCTION) -> HttpResponse:
    """Show what is set up; a form that is sent sets the health check."""
    reader = identity_of(request)
    found = environment_for(reader, public_id, environment)
    if request.method == "POST":
        return _set(request, reader, found)
    return _page(request, reader, found)


@signed_in
@require_POST
def try_health_check(request: HttpRequest, public_id: str, environment: str) -> HttpResponse:
    """Let the address be asked now; the page shows what came as soon as it is there."""
    reader = identity_of(request)
    check = health_check_for(reader, public_id, environment)
    said(
        request,
        lambda: actions.ask_now(actor=reader, check=check, now=utc_now()),
        _("The address is being asked. The result is shown in a moment."),
    )
    return redirect_to_address(request, setup_address(check.environment))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove_health_check(request: HttpRequest, public_id: str, environment: str) -> HttpResponse:
    """Ask first: what was measured is forgotten."""
    reader = identity_of(request)
    check = health_check_for(reader, public_id, environment)
    require_manage(reader, check.environment.integration.account)
    back = setup_address(check.environment)
    if request.method == "POST":
        actions.remove_health_check(actor=reader, check=check, now=utc_now())
        messages.success(request, _("The health check was removed."))
        return redirect_to_address(request, back)
    context = {"what": "health_check", "name": check.url, "back": back, **words_of_place(reader, check.environment)}
    return render_page(request, "monitoring/setup_remove.html", context)


def words_of_place(reader: Identity, environment: Environment) -> dict[str, Any]:
    """Return what every page of the setup says about where it is."""
    account = environment.integration.account
    is_own = account.pk == reader.account.pk
    list_address = (
        reverse("account_integrations") if is_own else reverse("integrations_of_account", kwargs={"slug": account.slug})
    )
    return {
        "environment": environment,
        "integration_name": kind_name(environment.integration.kind),
        "account": account,
        "is_own": is_own,
        "list_address": list_address,
        "setup_address": setup_address(environment),
    }


def _set(request: HttpRequest, reader: Identity, environment: Environment) -> HttpResponse:
    require_manage(reader, environment.integration.account)
    form = HealthCheckForm(request.POST)
    if form.is_valid():
        wish = actions.CheckWish(**{**form.cleaned_data, "url": form.cleaned_data["url"].strip()})
        try:
            actions.set_health_check(actor=reader, environment=environment, wish=wish, now=utc_now())
        except Invalid as invalid:
            mark(form, invalid)
        else:
            messages.success(request, _("The health check was saved."))
            return redirect_to_address(request, setup_address(environment))
    return _page(request, reader, environment, form)


def _page(
    request: HttpRequest, reader: Identity, environment: Environment, form: HealthCheckForm | None = None
) -> HttpResponse:
    now, account = utc_now(), environment.integration.account
    check = HealthCheck.objects.filter(environment=environment).first()
    edits = may_manage(reader, account)
    context = {
        **common_words(reader),
        **words_of_place(reader, environment),
        "now": now,
        "check": check,
        "is_waiting": check is not None and check.is_on and _is_waiting(check),
        "results": last_results(check.pk, 3) if check else [],
        "problem_words": problem_words,
        "check_outcomes": words.CHECK_OUTCOMES,
        "form": (form or _form_of(check)) if edits else None,
        "beats": heartbeats_of(environment),
        "feeds": feeds_of(environment),
        "is_fresh": is_fresh,
        "is_beating": is_beating,
        "tabs": _tabs(environment),
        "keys_address": reverse("intake_keys", kwargs={"public_id": environment.integration.public_id}),
        "monitoring_address": address_of_environment(environment),
        "snippets": snippets(environment.integration.kind, now),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    fragment = "checked" if request.method != "POST" else None
    return render_page(request, "monitoring/setup.html", context, status=status, fragment=fragment)


def _form_of(check: HealthCheck | None) -> HealthCheckForm:
    if check is None:
        return HealthCheckForm()
    names = ("url", "interval_seconds", "timeout_seconds", "is_on")
    return HealthCheckForm(initial={name: getattr(check, name) for name in names})


def _is_waiting(check: HealthCheck) -> bool:
    """Say whether the next result is a matter of moments: it was asked for, or it is the first one."""
    return check.last_at is None or check.next_at <= utc_now() or check.claimed_until is not None


def _tabs(environment: Environment) -> list[tuple[str, EnvironmentName, str]]:
    kwargs = {"public_id": environment.integration.public_id}
    return [
        (name.value, name, reverse("monitoring_setup", kwargs={**kwargs, "environment": name.value}))
        for name in (EnvironmentName.PRODUCTION, EnvironmentName.SANDBOX)
    ]
