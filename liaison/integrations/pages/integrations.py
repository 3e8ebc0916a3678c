"""Account and users, Integrations: what the account has, and its stage and status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import Privilege
from liaison.catalog.loader import integration_kinds
from liaison.integrations import actions
from liaison.integrations.access import integration_for, may, may_launch, require
from liaison.integrations.forms import DisableForm, IntegrationForm
from liaison.integrations.models import Integration, Stage, Status
from liaison.integrations.pages.shared import account_of_page, address_of, back_to, mark, said
from liaison.integrations.transitions import NEXT_STAGE
from liaison.integrations.wording import kind_name
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import render_page


@dataclass(frozen=True)
class Card:
    """One integration as the reader sees it, with what the reader can do."""

    integration: Integration
    name: str
    next_stage: str
    is_past_its_end: bool
    has_pauses: bool
    can_pause: bool
    can_resume: bool
    can_launch: bool
    can_advance: bool
    can_disable: bool
    can_restore: bool
    can_see_keys: bool


@open_at_the_gate
@signed_in
@require_GET
def account_integrations(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the integrations of one's own account, or, for staff, of the account named."""
    reader = identity_of(request)
    return _render(request, reader, account_of_page(reader, slug))


@signed_in
@require_POST
def advance(request: HttpRequest, public_id: str) -> HttpResponse:
    """Go to the next stage; the last step is the launch, which others may object to (C1)."""
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    following = NEXT_STAGE[Stage(integration.stage)] or Stage.LAUNCHED
    said(
        request,
        lambda: actions.change_stage(actor=reader, integration=integration, stage=following, now=utc_now()),
        _("The stage was changed."),
    )
    return back_to(request, reader, integration.account, "integrations")


@signed_in
@require_http_methods(["GET", "POST"])
def disable(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first: the account's emergency contacts are told at once."""
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    require(reader, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    form = DisableForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _disable(request, reader, integration, form):
        return back_to(request, reader, integration.account, "integrations")
    context = {"integration": integration, "name": kind_name(integration.kind), "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "integrations/disable.html", context, status=status)


@signed_in
@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    reader = identity_of(request)
    integration = integration_for(reader, public_id)
    said(
        request,
        lambda: actions.restore_integration(actor=reader, integration=integration, now=utc_now()),
        _("The integration is live again."),
    )
    return back_to(request, reader, integration.account, "integrations")


@signed_in
@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an integration, by staff."""
    reader = identity_of(request)
    account = account_of_page(reader, slug)
    form = IntegrationForm(request.POST, used=frozenset())
    if not form.is_valid():
        return _render(request, reader, account, create_form=form)
    kind, stage = form.cleaned_data["kind"], Stage(form.cleaned_data["stage"])
    said(
        request,
        lambda: actions.create_integration(actor=reader, account=account, kind=kind, stage=stage, now=utc_now()),
        _("The integration was added."),
    )
    return back_to(request, reader, account, "integrations")


def _disable(request: HttpRequest, reader: Identity, integration: Integration, form: DisableForm) -> bool:
    """Disable it and say so, or why it is not possible; False where the reason cannot be kept."""
    reason = form.cleaned_data["reason"]
    try:
        said(
            request,
            lambda: actions.disable_integration(actor=reader, integration=integration, reason=reason, now=utc_now()),
            _("The integration is disabled, and its contacts are being told."),
        )
    except Invalid as invalid:
        mark(form, invalid)
    return not form.errors


def _render(
    request: HttpRequest,
    reader: Identity,
    account: Account,
    *,
    create_form: IntegrationForm | None = None,
) -> HttpResponse:
    integrations = list(Integration.objects.filter(account=account).select_related("account").order_by("pk"))
    used = frozenset(integration.kind for integration in integrations)
    manages = may(reader, account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    can_create = manages and account.pk != reader.account.pk and used != frozenset(integration_kinds())
    context = {
        "account": account,
        "is_own": account.pk == reader.account.pk,
        "cards": [_card(reader, one, utc_now()) for one in integrations],
        "create_form": (create_form or IntegrationForm(used=used)) if can_create else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if create_form else HTTPStatus.OK
    address = address_of(reader, account, "integrations")
    return render_page(request, "integrations/integrations.html", context, status=status, address=address)


def _card(reader: Identity, integration: Integration, now: datetime) -> Card:
    account, stage, status = integration.account, Stage(integration.stage), integration.status
    pauses = may(reader, account, own=Privilege.PAUSE_INTEGRATIONS)
    manages = may(reader, account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    keys = may(reader, account, own=Privilege.VIEW_ACCOUNT, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
    return Card(
        integration=integration,
        name=kind_name(integration.kind),
        next_stage=str(NEXT_STAGE[stage] or ""),
        is_past_its_end=integration.paused_until is not None and integration.paused_until <= now,
        has_pauses=bool(status),
        can_pause=pauses and status in {Status.LIVE, Status.PAUSED},
        can_resume=pauses and status == Status.PAUSED,
        can_launch=stage == Stage.INTEGRATING and may_launch(reader, account),
        can_advance=stage == Stage.INTERESTED and manages,
        can_disable=manages and status in {Status.LIVE, Status.PAUSED},
        can_restore=manages and status == Status.DISABLED,
        can_see_keys=keys,
    )
