"""Makes the requests that are measured, the SQL under them, and what must be in their answers. Checks search first.

As a program, `python asking.py FILE FILINGS` in the environment of a database that `data.py` has filled: writes a
`Prepared` (pickled) into the file. Everybody is signed in by a session of their own.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")

if __name__ == "__main__":
    import django

    django.setup()

import psycopg  # noqa: E402  # after the set-up
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402

from case_parts import words  # noqa: E402  # the path above
from case_parts.filing import by_form, by_token, new_case  # noqa: E402
from case_parts.floor import Rows, Statement  # noqa: E402
from case_parts.load import Ask  # noqa: E402
from case_parts.packed import Measure, Prepared  # noqa: E402
from liaison.accounts.models import Account, Identity  # noqa: E402  # after the set-up
from liaison.accounts.testing import sign_in  # noqa: E402
from liaison.cases.actions import file_case  # noqa: E402
from liaison.cases.lists.asking import PAGE  # noqa: E402
from liaison.cases.models import Case  # noqa: E402
from liaison.cases.numbers import shown  # noqa: E402
from liaison.lib.clock import utc_now  # noqa: E402

PEOPLE: Final = 250
SAMPLED: Final = 30  # requests whose SQL is taken down, for the floor
_ROW: Final = b'<li class="case-row">'


@dataclass(frozen=True)
class Person:
    identity: Identity
    cookie: str

    def get(self, path: str, needle: bytes, times: int | None = None) -> Ask:
        raw = f"GET /u/0{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nAccept: text/html\r\n\r\n"
        return Ask(raw.encode(), 200, needle, times)


def prepare(filings: int) -> Prepared:
    """Return everything for one database; `filings` cases can be filed in each of the two ways."""
    now = utc_now()
    people = [_person(one) for one in _owners(PEOPLE)]
    agent = _person(Identity.objects.with_account().get(username__startswith="agent@"))
    found = words.checked([one.identity for one in people[::2]], agent.identity, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, count(*), count(*) FILTER (WHERE state = 'closed' AND severity = 3)"
                       " FROM cases_case GROUP BY account_id")  # fmt: skip
        counts = {account: (all_of, some) for account, all_of, some in cursor.fetchall()}
    listed = [(one, *counts[one.identity.account.pk]) for one in people if one.identity.account.pk in counts]
    filtered = "/cases?status=closed&severity=3"
    by_key = {one.identity.pk: one for one in (*people, agent)}
    asks = {
        "list": [one.get("/cases", _ROW, min(PAGE, count)) for one, count, _some in listed],
        "list, filtered": [one.get(filtered, _ROW, min(PAGE, some)) for one, _count, some in listed if some],
        "list of all accounts, by staff": [agent.get("/cases", _ROW, PAGE)],
        **{
            name: [by_key[one.reader].get(f"/cases?{one.query}", _ROW, min(PAGE, one.count)) for one in some]
            for name, some in found.searches.items()
        },
        "open": [one for person in people for one in _opened(person)],
        **_of_delegates(),
    }
    measures = [Measure(name, some, _statements_of(some)) for name, some in asks.items()]
    filers = [(one.identity, one.cookie) for one in people]
    measures += [
        Measure("create through the API", list(by_token(filers, filings, now)), [], once=True),
        Measure("create by the form's last step", list(by_form(filers, filings, now)), [], once=True),
    ]
    return Prepared(measures, _rows_of_a_case(people[-1].identity), found.said)


def _of_delegates() -> dict[str, list[Ask]]:
    """Return what resellers with few and with many customers ask for; nothing where there are none."""
    asks: dict[str, list[Ask]] = {}
    for name in ("few", "many"):
        found = Identity.objects.with_account().filter(domain__account__slug=f"reseller-{name}").first()
        if found is None:
            continue
        person, customers = _person(found), Account.objects.filter(slug__startswith=f"{name}-").order_by("pk")
        with_cases = Case.objects.filter(account__in=customers)
        said = f"by a delegate of {customers.count():,} customers"
        newest = with_cases.order_by("-updated_at").values_list("number", "title", "account__slug")[:40]
        words = {word for _number, title, _slug in newest for word in title.lower().split() if word.isalpha()}
        slug, first = newest[0][2], customers[0].name.split()[0].lower()
        asks |= {
            f"list, {said}": [person.get("/cases", _ROW, PAGE)],
            f"list by customer, {said}": [person.get("/cases?sort=customer", _ROW, PAGE)],
            f"list of what waits, {said}": [person.get("/cases?status=action_required", _ROW)],
            f"list of one customer, {said}": [person.get(f"/cases?customer={slug}", _ROW)],
            f"search, {said}": [person.get(f"/cases?{urlencode({'q': word})}", _ROW) for word in sorted(words)],
            f"choose a customer, {said}": [person.get(f"/cases/customers?customer={first}", b"<option")],
            f"open, {said}": [person.get(f"/cases/{number}", shown(number).encode()) for number, *_rest in newest],
        }
    return asks


def _owners(most: int) -> list[Identity]:
    """Return people of all languages and of accounts with many cases and few."""
    rows = Identity.objects.with_account().filter(domain__account__kind="partner").order_by("pk")
    return list(rows[::2])[:most]


def _person(identity: Identity) -> Person:
    client = sign_in(Client(), identity)
    return Person(identity, "; ".join(f"{name}={one.value}" for name, one in client.cookies.items()))


def _opened(person: Person) -> Iterator[Ask]:
    numbers = Case.objects.filter(account=person.identity.account).order_by("-updated_at").values_list("number")[:8]
    for (number,) in numbers:
        yield person.get(f"/cases/{number}", shown(number).encode())


def _statements_of(asks: list[Ask]) -> list[list[Statement]]:
    """Run requests here and take down the statements that only read, with their values."""
    taken: list[list[Statement]] = []

    def note(execute: Any, text: str, parameters: Any, many: Any, context: dict[str, Any]) -> Any:
        if text.lstrip()[:6].upper() in {"SELECT", "WITH H"} and not many:
            is_prepared = not isinstance(context["cursor"].cursor, psycopg.ClientCursor)
            taken[-1].append(Statement(text, _plain(parameters), is_prepared))
        return execute(text, parameters, many, context)

    step = max(1, len(asks) // SAMPLED)
    for ask in asks[::step][:SAMPLED]:
        head = ask.raw.decode().split("\r\n")
        client = Client(HTTP_COOKIE=head[2].removeprefix("Cookie: "))
        client.get(head[0].split()[1])  # what is read once is read
        taken.append([])
        with connection.execute_wrapper(note):
            client.get(head[0].split()[1])
    return taken


def _plain(value: Any) -> Any:
    """Return values without the portal's own types, which the floor does not know."""
    match value:
        case Enum():
            return value.value
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return value


def _rows_of_a_case(actor: Identity) -> list[Rows]:
    """File a case and return the rows that are new since, in an order in which they can be inserted."""
    tables = [one for one in apps.get_models() if isinstance(one._meta.pk, models.BigAutoField)]  # noqa: SLF001
    file_case(actor=actor, new=new_case(actor, 0), now=utc_now())  # what only the first one writes is written
    before = {one: _newest(one) for one in tables}
    file_case(actor=actor, new=new_case(actor, 1), now=utc_now())
    found = []
    for model in tables:
        with connection.cursor() as cursor:
            table = model._meta.db_table  # noqa: SLF001
            cursor.execute(f'SELECT to_jsonb(kept)::text FROM "{table}" AS kept WHERE id > %s', [before[model]])  # noqa: S608
            rows = [json.loads(row) for (row,) in cursor.fetchall()]
        if rows:
            found.append((model, rows))
    return [_as_rows(model, rows, {one for one, _rows in found}) for model, rows in _in_order(found)]


def _newest(model: type[models.Model]) -> int:
    newest = model._default_manager.aggregate(newest=models.Max("pk"))["newest"]  # noqa: SLF001
    return int(newest or 0)


def _in_order(found: list[tuple[type[models.Model], Any]]) -> list[tuple[type[models.Model], Any]]:
    """Put every table behind those that it points to."""
    waiting, placed = list(found), []
    while waiting:
        here = {model for model, _rows in waiting}
        free = [(model, rows) for model, rows in waiting if not (_pointed_to(model) - {model}) & here]
        placed += free
        waiting = [one for one in waiting if one not in free]
    return placed


def _pointed_to(model: type[models.Model]) -> set[type[models.Model]]:
    return {one.related_model for one in model._meta.concrete_fields if one.is_relation}  # type: ignore[misc]  # noqa: SLF001


def _as_rows(model: type[models.Model], rows: list[dict[str, Any]], new: set[type[models.Model]]) -> Rows:
    fields = model._meta.concrete_fields  # noqa: SLF001
    moved = {str(one.column) for one in fields if one.primary_key or (one.is_relation and one.related_model in new)}
    constraints = [one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]  # noqa: SLF001
    alone = {one.fields[0] for one in constraints if len(one.fields) == 1}
    texts = [one for one in fields if isinstance(one, models.CharField)]
    fresh = {str(one.column) for one in texts if one.unique or one.name in alone}
    return Rows(model._meta.db_table, rows, frozenset(moved), frozenset(fresh))  # noqa: SLF001


if __name__ == "__main__":
    settings.ALLOWED_HOSTS.append("testserver")
    with open(sys.argv[1], "wb") as file:  # noqa: PTH123
        pickle.dump(prepare(int(sys.argv[2])), file)
