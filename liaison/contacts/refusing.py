"""The refusals that several verbs of this room share, with the facts that their sentences need."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.codes import ContactCode
from liaison.contacts.labels import FieldNames, Moment
from liaison.contacts.models import ContactDraft, ContactRecord
from liaison.lib.refusals import Conflict


def changed_by_somebody(record: ContactRecord) -> Conflict:
    """Say who changed the record since the actor saw it, and when; `version` is what it is now."""
    return Conflict(
        ContactCode.CHANGED_BY_SOMEBODY,
        version=record.version,
        **_by(record.changed_by, record.changed_at),
    )


def draft_saved_by_somebody(draft: ContactDraft) -> Conflict:
    """Say who saved a draft since the actor saw it, and when; `revision` is what it is now."""
    return Conflict(
        ContactCode.DRAFT_SAVED_BY_SOMEBODY,
        revision=draft.revision,
        **_by(draft.saved_by, draft.saved_at),
    )


def incomplete(missing: tuple[ContactField, ...]) -> Conflict:
    """Say which required fields are missing: `missing` as keys, `fields` in the reader's words."""
    return Conflict(ContactCode.INCOMPLETE, **missing_facts(missing))


def missing_facts(missing: tuple[ContactField, ...]) -> dict[str, Any]:
    return {"missing": [field.value for field in missing], "fields": lazystr(FieldNames(missing))}


def _by(who: Identity | None, when: datetime | None) -> dict[str, Any]:
    return {"name": who.name if who else _("Somebody"), "at": when, "when": lazystr(Moment(when))}
