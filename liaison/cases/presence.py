"""Who has a case open now, and who is writing in it. Rows that were not renewed mean nothing.

Outsiders see the people of their own account, and of the support team only that somebody is writing an answer: who
of the staff merely looks, or writes an internal note, is not theirs to know (W8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind
from liaison.cases.models import Case, Presence
from liaison.lib.prepared import PreparedValues

SEEN_FOR: Final = timedelta(seconds=45)
"""A page that is open says so every 15 seconds; after three that did not come, nobody is there."""


@dataclass(frozen=True, slots=True)
class Present:
    """Names of others: who looks, and who writes. `support_writes` is what outsiders hear of staff."""

    looking: tuple[str, ...] = ()
    writing: tuple[str, ...] = ()
    support_writes: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.looking or self.writing or self.support_writes)


def note_presence(*, case: Case, identity: Identity, is_writing: bool, now: datetime) -> None:
    """Say that somebody has the case open, in one statement."""
    seen = Presence(case=case, identity=identity, is_writing=is_writing, seen_at=now)
    Presence.objects.bulk_create(
        [seen],
        update_conflicts=True,
        unique_fields=["case", "identity"],
        update_fields=["is_writing", "seen_at"],
    )


def others_in(case: Case, reader: Identity, now: datetime) -> Present:
    """Return who else is in the case as the reader may know it, in one query."""
    rows = _PRESENT.rows(case.pk, now - SEEN_FOR, reader.pk)
    looking: list[str] = []
    writing: list[str] = []
    support_writes = False
    for name, is_writing, account_id, kind in rows:
        if reader.is_staff or account_id == reader.account.pk:
            (writing if is_writing else looking).append(name)
        elif is_writing and kind == AccountKind.OPERATOR:
            support_writes = True
    return Present(tuple(looking), tuple(writing), support_writes)


def _present(case: int, since: datetime, reader: int) -> QuerySet[Presence, Any]:
    return (
        Presence.objects.filter(case_id=case, seen_at__gt=since)
        .exclude(identity_id=reader)
        .order_by("identity__name", "identity_id")
        .values_list("identity__name", "is_writing", "identity__domain__account_id", "identity__domain__account__kind")
    )


_PRESENT: Final = PreparedValues(_present, int, datetime, int)


def forget_absent(now: datetime) -> int:
    """Remove the rows of those who left; the ticker does it. Returns how many."""
    return Presence.objects.filter(seen_at__lte=now - SEEN_FOR).delete()[0]
