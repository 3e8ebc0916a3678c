"""Fills an empty database with cases, their messages, some internal notes and their words, all by COPY.

As a program, `python data.py CASES [ACCOUNTS [CUSTOMERS]]` in the environment of a database that is up to date: prints
as JSON how many of each there are, and the user names of people to sign in as. The same numbers make the same data.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")

if __name__ == "__main__":
    import django

    django.setup()

from django.db import connection, transaction  # noqa: E402  # after the set-up

from case_parts.delegated import interleaved, make_delegates  # noqa: E402  # the path above
from case_parts.texts import LANGUAGES, text, title, words_of  # noqa: E402  # the path above
from liaison.accounts import actions as accounts  # noqa: E402  # after the set-up
from liaison.accounts.actors import System  # noqa: E402
from liaison.accounts.models import Account, Identity  # noqa: E402
from liaison.accounts.rights import AccountKind, PredefinedRole  # noqa: E402
from liaison.cases.models import Case, CaseUpdate, InternalNote, SearchRow  # noqa: E402
from liaison.cases.search import lexemes  # noqa: E402
from liaison.cases.vocabulary import CaseState, CloseReason  # noqa: E402
from liaison.lib.bulk import as_json, insert_rows, next_ids  # noqa: E402
from liaison.lib.clock import utc_now  # noqa: E402
from liaison.lib.ids import new_public_id  # noqa: E402

_BENCH: Final = System("bench")
_TEXTS: Final = 1_500  # of each language; a case has one to seven of them and words of its own
_BATCH: Final = 10_000
_YEARS: Final = timedelta(days=3 * 365)
_STATES: Final = (CaseState.CLOSED,) * 17 + (
    CaseState.IN_PROGRESS,
    CaseState.ACTION_REQUIRED,
    CaseState.SOLUTION_PROVIDED,
)
_CASE: Final = (
    "id", "number", "account_id", "product", "category", "title", "answers", "severity", "state", "language",
    "time_zone", "filed_by_id", "filed_via", "created_at", "updated_at", "staff_updated_at", "version", "closed_at",
    "close_reason", "criterion", "urgent_state",
)  # fmt: skip
_UPDATE: Final = ("public_id", "case_id", "position", "by_id", "is_by_staff", "via", "at", "text", "changes")
_NOTE: Final = ("public_id", "case_id", "at", "text")
_ROW: Final = ("case_id", "account_id", "part", "shared", "internal")


@dataclass(frozen=True)
class Piece:
    """A text of the pool and its lexemes, so that each is taken apart once."""

    text: str
    lexemes: frozenset[str]


@dataclass(frozen=True)
class Owner:
    """Whose cases they are: an account and the person who files them."""

    account: int
    person: int
    language: str


class Maker:
    """Makes the rows of cases one after the other, the oldest first."""

    def __init__(self, cases: int, owners: list[Owner], now: datetime, seed: int) -> None:
        self._chance = random.Random(seed)
        self._cases, self._owners, self._now = cases, owners, now
        self._words = {language: words_of(language, self._chance) for language in LANGUAGES}
        self._pool = {
            language: [self._piece(text(words, self._chance)) for _ in range(_TEXTS)]
            for language, words in self._words.items()
        }
        # A few accounts have many times as many cases as most.
        self._weights = tuple(accumulate(1 / (place + 20) for place in range(len(owners))))
        half = 9 * 10**9 // 2  # two makers never make the same number
        first = 10**9 + half * (seed % 2)
        self._numbers = self._chance.sample(range(first, first + half), cases)

    def rows(self, ids: list[int], start: int) -> Iterator[tuple[Any, ...]]:
        """Yield for each case its row, the rows of its updates, those of its notes, and those of its words."""
        for at, key in enumerate(ids):
            yield self._case(key, start + at)

    def _case(self, key: int, place: int) -> tuple[Any, ...]:
        chance = self._chance
        (owner,) = chance.choices(self._owners, cum_weights=self._weights)
        filed = self._now - _YEARS * (1 - place / self._cases)
        pool = self._pool[owner.language]
        pieces = [chance.choice(pool) for _ in range(min(7, 1 + int(chance.expovariate(0.6))))]
        moments = [filed + timedelta(hours=number * 9 * chance.random()) for number in range(len(pieces))]
        moments = sorted(min(moment, self._now) for moment in moments)
        number, name = str(self._numbers[place]), title(self._words[owner.language], chance)
        note = chance.choice(pool) if chance.random() < 0.2 else None  # noqa: PLR2004  # a fifth
        last = min(self._now, moments[-1] + timedelta(hours=1)) if note else moments[-1]
        state = chance.choice(_STATES) if place < self._cases * 0.95 else CaseState.NEW  # the latest are new
        is_closed = state == CaseState.CLOSED
        case = (
            key, number, owner.account, "ordering", "orders", name, as_json({}), chance.choice((1, 2, 3, 3, 3, 4)),
            state.value, owner.language, "Europe/Rome", owner.person, "portal", filed, moments[-1], last, len(pieces),
            moments[-1] if is_closed else None, CloseReason.SOLVED.value if is_closed else "", "", "",
        )  # fmt: skip
        updates = [
            (new_public_id(), key, position, None if position % 2 == 0 else owner.person, position % 2 == 0, "portal",
             moment, piece.text, as_json([{"kind": "filed"}] if position == 1 else []))
            for position, (moment, piece) in enumerate(zip(moments, pieces, strict=True), start=1)
        ]  # fmt: skip
        notes = [(new_public_id(), key, last, note.text)] if note else []
        found = lexemes.of_case(number, name, (f"REF-{key:x}",)).union(*(piece.lexemes for piece in pieces))
        internal = lexemes.vectors(note.lexemes)[0] if note else None
        rows = [
            (key, owner.account, part, vector, None if part else internal)
            for part, vector in enumerate(lexemes.vectors(found))
        ]
        return case, updates, notes, rows

    def _piece(self, written: str) -> Piece:
        return Piece(written, frozenset(lexemes.words_of(written)))


def fill(cases: int, count: int = 500, customers: int = 0, seed: int = 7) -> dict[str, Any]:
    """Make accounts, their people and their cases, and gather the planner's statistics.

    With `customers` there are two resellers as well (`delegated.py`), whose customers have as many cases again.
    """
    now = utc_now()
    staff, owners = _staff(now), _owners(count, now)
    delegates = make_delegates(customers, now) if customers else {}
    indexes = _taken_away()
    _keep(Maker(cases, owners, now, seed), cases)
    if delegates:
        _keep(Maker(cases, [Owner(*one) for one in interleaved(delegates)], now, seed + 1), cases)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")  # or an index of a million cases is written again and again
        for index in indexes:
            cursor.execute(index)
        cursor.execute("VACUUM ANALYZE")
    return {
        "cases": Case.objects.count(), "updates": CaseUpdate.objects.count(), "accounts": count, "staff": staff,
        "people": list(Identity.objects.filter(pk__in=[one.person for one in owners]).order_by("pk")
                       .values_list("username", flat=True)),
        "delegates": {name: one.username for name, one in delegates.items()},
    }  # fmt: skip


def _keep(maker: Maker, cases: int) -> None:
    for start in range(0, cases, _BATCH):
        ids = next_ids(Case, min(_BATCH, cases - start))
        made = list(maker.rows(ids, start))
        with transaction.atomic():
            insert_rows(Case, _CASE, [case for case, _updates, _notes, _rows in made])
            insert_rows(CaseUpdate, _UPDATE, [row for _case, updates, _notes, _rows in made for row in updates])
            insert_rows(InternalNote, _NOTE, [row for _case, _updates, notes, _rows in made for row in notes])
            insert_rows(SearchRow, _ROW, [row for _case, _updates, _notes, rows in made for row in rows])
        print(f"{start + len(ids):,} cases", file=sys.stderr)


def _staff(now: datetime) -> dict[str, str]:
    """Make the operator with an administrator and a support agent; return their user names."""
    operator = accounts.create_account(
        actor=_BENCH, kind=AccountKind.OPERATOR, name="Example Platform", slug="operator", language="en",
        time_zone="Europe/London", now=now,
    )  # fmt: skip
    roles = {"administrator": PredefinedRole.OPERATOR_ADMINISTRATOR, "agent": PredefinedRole.SUPPORT_AGENT}
    return {name: _person(operator, role, f"{name.title()} Example", now).username for name, role in roles.items()}


def _owners(count: int, now: datetime) -> list[Owner]:
    found = []
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        account = accounts.create_account(
            actor=_BENCH, kind=AccountKind.PARTNER, name=f"Bench {number}", slug=f"bench-{number}",
            language=language, time_zone="Europe/Rome", now=now,
        )  # fmt: skip
        person = _person(account, PredefinedRole.ADMINISTRATOR, f"Owner{number} Example", now)
        found.append(Owner(account.pk, person.pk, language))
    return found


def _person(account: Account, role: PredefinedRole, name: str, now: datetime) -> Identity:
    first = name.split(maxsplit=1)[0].lower()
    return accounts.create_identity(
        actor=_BENCH, account=account, role=role, name=name, username=first, language=account.language,
        time_zone=account.time_zone, mailbox=f"{first}@{account.slug}.test", now=now,
    )  # fmt: skip


def _taken_away() -> list[str]:
    """Drop the indexes of words, which are made many times faster at the end; return what makes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cases_searchrow' AND indexdef LIKE %s",
            ["%USING gin%"],
        )
        found = cursor.fetchall()
        for name, _made in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [made for _name, made in found]


if __name__ == "__main__":
    print(json.dumps(fill(int(sys.argv[1]), *(int(one) for one in sys.argv[2:4]))))
