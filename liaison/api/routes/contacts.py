"""Contact information (C1 to C3). All of it stays open while the gate is closed: it is the way through."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.access import account_for
from liaison.accounts.models import Account, Identity
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import contacts as shapes
from liaison.api.shapes.integrations import Brand, Integration
from liaison.api.shapes.people import person_of
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import actions, models, queries
from liaison.contacts.access import contact_record_for, require_edit
from liaison.contacts.codes import ContactCode
from liaison.contacts.formdata import form_of
from liaison.contacts.state import RecordState, state_of
from liaison.integrations import models as integrations
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid

operations = Operations("contact-information")
_PATH = "/accounts/{slug}/environments/{environment}/contact-information"
_RECORD = "/accounts/{slug}/contact-information"


@operations.get(
    _PATH, shapes.ContactInformation, _("Read the contact information of an account"), open_at_the_gate=True
)
def read_contact_information(
    request: HttpRequest, slug: str, environment: EnvironmentName
) -> shapes.ContactInformation:
    actor = actor_of(request)
    account = account_for(actor, slug)
    return _shown(contact_record_for(actor, account), account, environment)


@operations.write(
    "PUT", _PATH, shapes.ContactInformation, _("Complete or change the contact information"), open_at_the_gate=True
)
def submit_contact_information(
    request: HttpRequest, slug: str, environment: EnvironmentName, body: shapes.ContactInformationChange
) -> shapes.ContactInformation:
    """Replace the record, which is one per account. Alert contacts can be given in production only (C2)."""
    actor = actor_of(request)
    account = account_for(actor, slug)
    record = actions.submit_contact_information(
        actor=actor,
        account=account,
        data=_form_for(environment, actor, account, body),
        seen_version=body.version,
        draft_revision=body.draft_revision,
        environment=environment,
        now=utc_now(),
    )
    return _shown(record, account, environment)


@operations.get(
    f"{_RECORD}/completeness", shapes.Completeness, _("Read what the contact information lacks"), open_at_the_gate=True
)
def read_completeness(request: HttpRequest, slug: str) -> shapes.Completeness:
    actor = actor_of(request)
    account = account_for(actor, slug)
    contact_record_for(actor, account)
    return _completeness(state_of(account.pk))


@operations.write(
    "PUT",
    f"{_RECORD}/confirmation",
    shapes.ContactInformation,
    _("Confirm that the contact information still holds"),
    open_at_the_gate=True,
)
def confirm_contact_information(
    request: HttpRequest, slug: str, body: shapes.Confirmation
) -> shapes.ContactInformation:
    actor = actor_of(request)
    account = account_for(actor, slug)
    record = actions.confirm_contact_information(actor=actor, account=account, seen_version=body.version, now=utc_now())
    return _shown(record, account, EnvironmentName.PRODUCTION)


def _form_for(
    environment: EnvironmentName, actor: Identity, account: Account, body: shapes.ContactInformationChange
) -> dict[str, Any]:
    """Return the form to submit. In the sandbox alert contacts cannot be given (C2), so they stay as they are."""
    form = body.form()
    if environment == EnvironmentName.PRODUCTION:
        return form
    require_edit(actor, account)
    name = ContactField.ALERT.value
    if name in form:
        raise Invalid((FieldProblem(name, ContactCode.ONLY_IN_PRODUCTION),))
    record = contact_record_for(actor, account)
    return {**form, name: _fields(record, account, state_of(account.pk))[name]}


def _fields(record: models.ContactRecord, account: Account, state: RecordState) -> dict[str, Any]:
    return form_of(queries.values_of(record), queries.form_context(account, state))


def _shown(record: models.ContactRecord, account: Account, environment: EnvironmentName) -> shapes.ContactInformation:
    state = state_of(account.pk)
    kinds = integrations.Integration.objects.filter(account=account).select_related("account").order_by("pk")
    brands = integrations.Brand.objects.filter(account=account).select_related("account").order_by("pk")
    return shapes.ContactInformation(
        **_fields(record, account, state),
        account=account.slug,
        environment=environment,
        version=record.version,
        read_only=[ContactField.ALERT] if environment == EnvironmentName.SANDBOX else [],
        completeness=_completeness(state),
        integrations=[Integration.of(one) for one in kinds],
        brands=[Brand.of(one) for one in brands],
        changed_at=record.changed_at,
        changed_by=person_of(record.changed_by),
        confirmed_at=record.confirmed_at,
        confirmed_by=person_of(record.confirmed_by),
        first_completed_at=record.first_completed_at,
    )


def _completeness(state: RecordState) -> shapes.Completeness:
    return shapes.Completeness(
        is_complete=bool(state.kinds) and not state.missing,
        is_gated=state.is_gated,
        missing=list(state.missing),
        requirements=dict(state.asked.requirements),
    )
