"""Intake keys of an integration."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.rights import Privilege
from liaison.integrations import actions
from liaison.integrations.access import intake_key_for, integration_for, may, require
from liaison.integrations.forms import IntakeKeyForm
from liaison.integrations.models import IntakeKey
from liaison.integrations.pages.shared import mark, said
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Invalid
from liaison.web import wording
from liaison.web.pages import redirect_to, render_page


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def intake_keys(request: HttpRequest, public_id: str) -> HttpResponse:
    """List the keys, and make one: the answer shows its secret, once."""
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    manages = may(
        reader,
        integration.account,
        own=Privilege.MANAGE_INTAKE_KEYS,
        staff=Privilege.STAFF_MANAGE_INTEGRATIONS,
    )
    form = IntakeKeyForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        environment = integration.environments.select_related("integration__account").get(
            name=form.cleaned_data["environment"]
        )
        try:
            made = actions.create_intake_key(
                actor=reader, environment=environment, name=form.cleaned_data["name"], now=utc_now()
            )
            form = IntakeKeyForm()
        except Invalid as invalid:
            mark(form, invalid)
        except Conflict as conflict:
            form.add_error(None, wording.text_of(conflict))
    keys = IntakeKey.objects.filter(environment__integration=integration)
    context = {
        "integration": integration,
        "name": kind_name(integration.kind),
        "keys": keys.select_related("environment").order_by("revoked_at", "-pk"),
        "form": form if manages else None,
        "made": made,
        "address": f"{settings.PORTAL_URL}/in/alertmanager",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "integrations/keys.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def revoke_key(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first: whatever uses the key is refused from then on."""
    reader = identity_of(request)
    key = intake_key_for(reader, public_id)
    integration = key.environment.integration
    require(
        reader,
        integration.account,
        own=Privilege.MANAGE_INTAKE_KEYS,
        staff=Privilege.STAFF_MANAGE_INTEGRATIONS,
    )
    if request.method == "POST":
        said(
            request,
            lambda: actions.revoke_intake_key(actor=reader, key=key, now=utc_now()),
            _("The key was revoked."),
        )
        return redirect_to(request, "intake_keys", public_id=integration.public_id)
    return render_page(request, "integrations/revoke_key.html", {"key": key, "integration": integration})
