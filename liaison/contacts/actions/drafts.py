"""The draft that the people of an account share (C5)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.contacts.access import require_edit
from liaison.contacts.codes import ContactCode
from liaison.contacts.formshape import storable, tidy
from liaison.contacts.keeping import lock_record
from liaison.contacts.models import ContactDraft
from liaison.contacts.refusing import changed_by_somebody, draft_saved_by_somebody
from liaison.lib.refusals import Conflict


def save_draft(
    *, actor: Actor, account: Account, data: object, base_revision: int, seen_version: int, now: datetime
) -> ContactDraft:
    """Keep the form as it was typed, right or wrong, for everyone of the account.

    `base_revision` is the draft that the form was opened with (0: none), `seen_version` the record. Raises
    Conflict when somebody saved, discarded or submitted in the meantime, Invalid for what is no form.
    History tells when a draft is begun and when another person goes on with it, not each keystroke.
    """
    with transaction.atomic():
        require_edit(actor, account)
        form = storable(tidy(data))
        current = lock_record(account)
        draft = ContactDraft.objects.select_related("saved_by").filter(account=account).first()
        if draft is not None and draft.revision != base_revision:
            raise draft_saved_by_somebody(draft)
        if draft is None and current.version != seen_version:
            raise changed_by_somebody(current)
        if draft is None and base_revision:
            raise Conflict(ContactCode.DRAFT_IS_GONE)
        is_news = draft is None or draft.saved_by_id != _key(actor)
        draft = draft or ContactDraft(account=account, based_on_version=seen_version, revision=0)
        draft.based_on_version = max(draft.based_on_version, seen_version)
        draft.data, draft.revision = form, draft.revision + 1
        draft.saved_at, draft.saved_by = now, actor if isinstance(actor, Identity) else None
        draft.save()
        if is_news:
            _record(Happened.CONTACT_DRAFT_SAVED, actor, current.pk, account, now)
    return draft


def discard_draft(*, actor: Actor, account: Account, base_revision: int, now: datetime) -> None:
    """Throw the draft away. Raises Conflict when it is not the one that the actor saw any more."""
    with transaction.atomic():
        require_edit(actor, account)
        current = lock_record(account)
        draft = ContactDraft.objects.select_related("saved_by").filter(account=account).first()
        if draft is None:
            return
        if draft.revision != base_revision:
            raise draft_saved_by_somebody(draft)
        draft.delete()
        _record(Happened.CONTACT_DRAFT_DISCARDED, actor, current.pk, account, now)


def _key(actor: Actor) -> int | None:
    return actor.pk if isinstance(actor, Identity) else None


def _record(happened: Happened, actor: Actor, record_id: int, account: Account, now: datetime) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=SubjectRef("contact_record", str(record_id)),
        account_id=account.pk,
        now=now,
    )
