"""When the account hears of what is not urgent: at once, or as one digest in its support hours (issue 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.calendars.queries import is_region
from liaison.contacts.access import require_edit
from liaison.contacts.codes import DigestCode
from liaison.contacts.keeping import lock_record
from liaison.contacts.models import ContactRecord
from liaison.lib.refusals import FieldProblem, Invalid


def change_digest(
    *, actor: Actor, account: Account, waits_for_hours: bool, holiday_region: str, now: datetime
) -> ContactRecord:
    """Choose whether merchant issues and user escalations that are not urgent wait for the support hours.

    On the public holidays of `holiday_region` (empty: of none) they do not open. What waits already goes when it was to
    go. Raises Invalid for an unknown region.
    """
    with transaction.atomic():
        require_edit(actor, account)
        current = lock_record(account)
        if holiday_region and not is_region(holiday_region):
            raise Invalid((FieldProblem("holiday_region", DigestCode.UNKNOWN_REGION),))
        before = digest_facts(current)
        current.waits_for_hours, current.holiday_region = waits_for_hours, holiday_region
        after = digest_facts(current)
        if before != after:
            current.save(update_fields=["waits_for_hours", "holiday_region"])
            record(
                Happened.DIGEST_CHANGED,
                actor=actor.audit_ref,
                subject=SubjectRef("contact_record", str(current.pk)),
                account_id=current.account_id,
                changes={"digest": [[before], [after]]},
                now=now,
            )
    return current


def digest_facts(current: ContactRecord) -> dict[str, Any]:
    return {"waits_for_hours": current.waits_for_hours, "holiday_region": current.holiday_region}
