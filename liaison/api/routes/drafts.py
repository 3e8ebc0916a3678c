"""The draft of the contact information, which the people of an account share (C5)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status

from liaison.accounts.access import account_for
from liaison.api.bearer import actor_of
from liaison.api.operations import Operations
from liaison.api.shapes import contacts as shapes
from liaison.api.shapes.common import Version
from liaison.api.shapes.people import person_of
from liaison.contacts import actions, models
from liaison.contacts.access import contact_draft_for
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Missing

operations = Operations("contact-information")
_PATH = "/accounts/{slug}/contact-information/draft"


@operations.get(_PATH, shapes.ContactDraft, _("Read the draft of the contact information"), open_at_the_gate=True)
def read_contact_draft(request: HttpRequest, slug: str) -> shapes.ContactDraft:
    """Show the draft to those who may edit. Without a draft, and for the others, there is nothing here."""
    actor = actor_of(request)
    draft = contact_draft_for(actor, account_for(actor, slug))
    if draft is None:
        raise Missing
    return _shown(draft)


@operations.write("PUT", _PATH, shapes.ContactDraft, _("Save a draft"), open_at_the_gate=True)
def save_contact_draft(request: HttpRequest, slug: str, body: shapes.DraftChange) -> shapes.ContactDraft:
    """Keep the form as it is, right or wrong. Another revision or version than the one seen answers 409."""
    actor = actor_of(request)
    draft = actions.save_draft(
        actor=actor,
        account=account_for(actor, slug),
        data=body.form(),
        base_revision=body.revision,
        seen_version=body.version,
        now=utc_now(),
    )
    return _shown(draft)


@operations.write("DELETE", _PATH, None, _("Discard the draft"), status=204, open_at_the_gate=True)
def discard_contact_draft(request: HttpRequest, slug: str, revision: Annotated[Version, Query()]) -> Status[None]:
    actor = actor_of(request)
    actions.discard_draft(actor=actor, account=account_for(actor, slug), base_revision=revision, now=utc_now())
    return Status(204, None)


def _shown(draft: models.ContactDraft) -> shapes.ContactDraft:
    return shapes.ContactDraft(
        revision=draft.revision,
        based_on_version=draft.based_on_version,
        saved_at=draft.saved_at,
        saved_by=person_of(draft.saved_by),
        contacts=draft.data,
    )
