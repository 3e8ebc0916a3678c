"""Who has a case open now, and who is writing in it. Rows that were not renewed mean nothing.

Outsiders see the people of their own account, and of the support team only that somebody is writing an answer: who
of the staff merely looks, or writes an internal note, is not theirs to know (W8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.accounts.models import Account, Domain, Identity
from liaison.accounts.rights import AccountKind
from liaison.cases.models import Case, CaseUpdate, InternalNote, Presence
from liaison.lib.driver import preparing_cursor, rows_of, table_of

SEEN_FOR: Final = timedelta(seconds=45)
"""A page that is open says so every 15 seconds; after three that did not come, nobody is there."""


_PRESENCE, _UPDATE, _NOTE = table_of(Presence), table_of(CaseUpdate), table_of(InternalNote)
_OTHERS: Final = f"""
SELECT person.name, seen.is_writing, home.account_id, account.kind, person.id
FROM {_PRESENCE} AS seen JOIN {table_of(Identity)} AS person ON person.id = seen.identity_id
JOIN {table_of(Domain)} AS home ON home.id = person.domain_id
JOIN {table_of(Account)} AS account ON account.id = home.account_id
WHERE seen.case_id = %(case)s AND seen.seen_at > %(since)s AND seen.identity_id <> %(reader)s
"""  # noqa: S608  # table names are our own
_LOOK: Final = f"""
WITH noted AS (
    INSERT INTO {_PRESENCE} (case_id, identity_id, is_writing, seen_at)
    VALUES (%(case)s, %(reader)s, %(is_writing)s, %(now)s)
    ON CONFLICT (case_id, identity_id) DO UPDATE SET is_writing = excluded.is_writing, seen_at = excluded.seen_at
)
SELECT (SELECT count(*) FROM {_UPDATE}
        WHERE case_id = %(case)s AND position > %(position)s AND by_id IS DISTINCT FROM %(reader)s)
    + (SELECT count(*) FROM {_NOTE}
        WHERE case_id = %(case)s AND id > %(note)s::bigint AND by_id IS DISTINCT FROM %(reader)s), others.*
FROM (SELECT 1) AS once LEFT JOIN ({_OTHERS}) AS others ON TRUE ORDER BY others.name, others.id
"""  # noqa: S608  # as above


@dataclass(frozen=True, slots=True)
class Present:
    """Names of others: who looks, and who writes. `support_writes` is what outsiders hear of staff."""

    looking: tuple[str, ...] = ()
    writing: tuple[str, ...] = ()
    support_writes: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.looking or self.writing or self.support_writes)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a reader who has a case open learns: who else has, and how many entries of others are new to the page."""

    present: Present
    new: int


def note_presence(
    *, case: Case, identity: Identity, is_writing: bool, now: datetime, position: int = 0, note: int | None = None
) -> Looked:
    """Say that somebody has the case open, and return what that reader then learns, in one statement.

    `position` is the newest update that is on the page, `note` the newest internal note; None for who reads none (W8).
    """
    asked = {
        "case": case.pk,
        "reader": identity.pk,
        "is_writing": is_writing,
        "now": now,
        "since": now - SEEN_FOR,
        "position": position,
        "note": note,
    }
    with preparing_cursor() as cursor:
        cursor.execute(_LOOK, asked)
        rows = cursor.fetchall()
    others = [row[1:] for row in rows if row[1] is not None]
    return Looked(_known_to(identity, others), rows[0][0])


def others_in(case: Case, reader: Identity, now: datetime) -> Present:
    """Return who else is in the case as the reader may know it, in one query."""
    asked = {"case": case.pk, "reader": reader.pk, "since": now - SEEN_FOR}
    return _known_to(reader, rows_of(f"{_OTHERS} ORDER BY person.name, person.id", asked))


def _known_to(reader: Identity, others: Iterable[Sequence[Any]]) -> Present:
    looking: list[str] = []
    writing: list[str] = []
    support_writes = False
    for name, is_writing, account_id, kind, _key in others:
        if reader.is_staff or account_id == reader.account.pk:
            (writing if is_writing else looking).append(name)
        elif is_writing and kind == AccountKind.OPERATOR:
            support_writes = True
    return Present(tuple(looking), tuple(writing), support_writes)


def forget_absent(now: datetime) -> int:
    """Remove the rows of those who left; the ticker does it. Returns how many."""
    return Presence.objects.filter(seen_at__lte=now - SEEN_FOR).delete()[0]
