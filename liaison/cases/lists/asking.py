"""Which cases a list shows: one page of them, and how many there are. Pages, export and API ask here.

Everything is asked within the scope of whoever reads: what may not be seen is in no row, no order and no count (W7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from liaison.accounts.models import Account, Identity
from liaison.cases import access
from liaison.cases.lists.wanted import Sort, Wanted, Whose
from liaison.cases.models import Follow
from liaison.cases.scope import Scope
from liaison.cases.search.asking import MOST_FOUND, Asked, found_cases, where_of
from liaison.integrations.models import Integration
from liaison.lib.driver import preparing_cursor

MOST_COUNTED: Final = 1_000
"""Lists count so far; beyond it is "more than"."""
PAGE: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# What waits for the account comes first, what is over last.
_STATE_ORDER: Final = (
    "array_position(ARRAY['action_required', 'solution_provided', 'new', 'reopened', 'in_progress', 'closed'],"
    " cases_case.state::text)"
)
# Within what the reader sees: a place made up of another's number is one that nobody has (W7).
_KEY_OF_NUMBER: Final = "(SELECT cases_case.id FROM cases_case WHERE cases_case.number = %s{seen})"
_COLUMNS: Final = """
SELECT cases_case.number, cases_case.title, cases_case.state, cases_case.severity, cases_case.{moment},
  cases_case.created_at, cases_case.urgent_state, cases_case.escalated_at IS NOT NULL, cases_case.language,
  account.name, account.slug, integration.kind, cases_case.product, person.name, {first}, {second}
"""
_JOINED: Final = """
JOIN accounts_account AS account ON account.id = cases_case.account_id
LEFT JOIN integrations_integration AS integration ON integration.id = cases_case.integration_id
LEFT JOIN accounts_identity AS person ON person.id = cases_case.filed_by_id
"""


class Line(NamedTuple):
    """A case as a list shows it. `first` and `second` are what it is sorted by."""

    number: str
    title: str
    state: str
    severity: int
    updated_at: datetime
    created_at: datetime
    urgent_state: str
    is_escalated: bool
    language: str
    account: str
    account_slug: str
    integration: str | None
    product: str
    filed_by: str | None
    first: int
    second: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list: whose scope it is, what moves a case in it, and whether internal notes are searched (W8).

    `zone` is the one in which days begin.
    """

    key: int
    scope: Scope
    reads_notes: bool
    zone: str = "UTC"

    @property
    def moment(self) -> str:
        """Return the column that says when a case was last updated, as this reader sees it."""
        return "staff_updated_at" if self.reads_notes else "updated_at"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list. `older` and `newer` are the places of its neighbours, empty where there is none.

    `total` is how many there are where the page knows it, MOST_COUNTED + 1 for more.
    """

    lines: tuple[Line, ...]
    older: str = ""
    newer: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class _Order:
    """How a list is sorted: `first` rising, then `second` falling, then the later filed one."""

    first: str
    second: str

    def sql(self, *, backwards: bool) -> str:
        up, down = ("DESC", "ASC") if backwards else ("ASC", "DESC")
        first = "" if self.first == "0" else f"{self.first} {up}, "
        return f"{first}{self.second} {down}, cases_case.id {down}"

    def beyond(self, place: str, scope: Scope, *, backwards: bool) -> tuple[str, list[Any]]:
        """Return the condition on what comes after a place (before it, if `backwards`), a case within the scope."""
        read = _read(place)
        if read is None:
            return "", []
        first, second, number = read
        after, further = (">", "<") if backwards else ("<", ">")
        where, values = where_of(scope.condition()) or (" AND false", ())
        same = f"({self.second}, cases_case.id) {after} (%s, {_KEY_OF_NUMBER.format(seen=where)})"
        if self.first == "0":
            return f" AND {same}", [second, number, *values]
        known = [first, first, second, number, *values]
        return f" AND ({self.first} {further} %s OR ({self.first} = %s AND {same}))", known


def reader_of(identity: Identity, now: datetime) -> Reader:
    """Read once what decides what the reader sees."""
    scope, reads_notes = access.scope_of(identity, now), access.reads_notes(identity)
    return Reader(identity.pk, scope, reads_notes, identity.effective_time_zone)


def listing(reader: Reader, wanted: Wanted, most: int = PAGE) -> Listing:
    """Return a page of the cases wanted, in at most four statements."""
    if wanted.keyword:
        return _found(reader, wanted, most)
    backwards = bool(wanted.newer)
    place = wanted.newer or wanted.older
    lines = _lines(reader, wanted, place, most + 1, backwards=backwards)
    has_more, lines = len(lines) > most, lines[:most]
    if backwards:
        lines.reverse()
    before, after = (has_more, True) if backwards else (bool(place), has_more)
    page = _listing(lines, older=after, newer=before)
    return page if page.older or page.newer else replace(page, total=len(lines))


def count(reader: Reader, wanted: Wanted, page: Listing) -> int:
    """Return how many cases are wanted, MOST_COUNTED + 1 where there are more; one statement unless the page knows."""
    if page.total is not None:
        return page.total
    allowed = _allowed(reader, wanted)
    if allowed is None:
        return 0
    where, values = allowed
    sql = f"SELECT count(*) FROM (SELECT FROM cases_case WHERE true{where} LIMIT %s) AS counted"  # noqa: S608  # ours
    with preparing_cursor() as cursor:
        cursor.execute(sql, [*values, MOST_COUNTED + 1])
        return int(cursor.fetchone()[0])


def everything(reader: Reader, wanted: Wanted, batch: int = 500) -> Iterator[tuple[Line, ...]]:
    """Yield all the cases wanted, batch by batch, each in statements of its own: memory holds one."""
    at = replace(wanted, older="", newer="")
    while True:
        page = listing(reader, at, batch)
        yield page.lines
        if not page.older:
            return
        at = replace(at, older=page.older)


def is_place(text: str) -> bool:
    """Say whether this can be a place in a list that is not searched."""
    return _read(text) is not None


def _lines(reader: Reader, wanted: Wanted, place: str, most: int, *, backwards: bool) -> list[Line]:
    allowed = _allowed(reader, wanted)
    if allowed is None:
        return []
    where, values = allowed
    order = _order_of(reader, wanted.order)
    beyond, given = order.beyond(place, reader.scope, backwards=backwards) if place else ("", [])
    sql = (
        f"{_columns(reader, order)} FROM cases_case {_JOINED}"
        f" WHERE true{where}{beyond} ORDER BY {order.sql(backwards=backwards)} LIMIT %s"
    )
    return _read_lines(sql, [*values, *given, most])


def _found(reader: Reader, wanted: Wanted, most: int) -> Listing:
    """Return a page of what a keyword finds: at most MOST_FOUND in order, of which the page is cut out."""
    found = _ranked(reader, wanted)
    ranked = found[:MOST_FOUND]
    numbers = [number for _key, number in ranked]
    start = 0
    if wanted.older in numbers:
        start = numbers.index(wanted.older) + 1
    elif wanted.newer in numbers:
        start = max(0, numbers.index(wanted.newer) - most)
    keys = [key for key, _number in ranked[start : start + most]]
    order = _Order("0", f"cases_case.{reader.moment}")
    sql = (
        f"{_columns(reader, order)} FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted (id, place)"
        f" JOIN cases_case ON cases_case.id = wanted.id {_JOINED} ORDER BY wanted.place"
    )
    lines = _read_lines(sql, [keys]) if keys else []
    older = numbers[start + most - 1] if len(numbers) > start + most else ""
    return Listing(tuple(lines), older=older, newer=numbers[start] if start else "", total=len(found))


def _ranked(reader: Reader, wanted: Wanted) -> list[tuple[Any, ...]]:
    """Return keys and numbers of what a keyword finds; one more than MOST_FOUND tells that there is more."""
    order = _order_of(reader, wanted.order)
    fit = "best.rank DESC, " if wanted.order is Sort.FIT else ""
    asked = Asked(
        scope=reader.scope,
        text=wanted.keyword,
        reads_notes=reader.reads_notes,
        condition=_condition(reader, wanted),
        order=fit + order.sql(backwards=False),
        columns="cases_case.id, cases_case.number",
    )
    return found_cases(asked, MOST_FOUND + 1)


def _allowed(reader: Reader, wanted: Wanted) -> tuple[str, Sequence[Any]] | None:
    return where_of(reader.scope.condition() & _condition(reader, wanted))


def _condition(reader: Reader, wanted: Wanted) -> Q:
    """Return the filters. What they name and nobody has fits nothing."""
    found = Q()
    if wanted.states:
        found &= Q(state__in=[state.value for state in wanted.states])
    if wanted.severities:
        found &= Q(severity__in=[severity.value for severity in wanted.severities])
    if wanted.account:
        found &= Q(account_id__in=list(Account.objects.filter(slug=wanted.account).values_list("pk", flat=True)))
    if wanted.integration:
        named = Integration.objects.filter(public_id=wanted.integration).values_list("pk", flat=True)
        found &= Q(integration_id__in=list(named))
    if wanted.since:
        found &= Q(created_at__gte=_begin(wanted.since, reader.zone))
    if wanted.until:
        found &= Q(created_at__lt=_begin(wanted.until + timedelta(days=1), reader.zone))
    if wanted.whose is Whose.MINE:
        found &= Q(filed_by_id=reader.key)
    elif wanted.whose is Whose.SHARED:
        found &= Q(id__in=sorted(reader.scope.shared))
    elif wanted.whose is Whose.FOLLOWED:
        followed = Follow.objects.filter(case=OuterRef("pk"), identity=reader.key, is_following=True)
        found &= Q(Exists(followed))
    return found


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _order_of(reader: Reader, sort: Sort) -> _Order:
    first = {Sort.SEVERITY: "cases_case.severity", Sort.STATUS: _STATE_ORDER}.get(sort, "0")
    second = "cases_case.created_at" if sort is Sort.CREATED else f"cases_case.{reader.moment}"
    return _Order(first, second)


def _columns(reader: Reader, order: _Order) -> str:
    return _COLUMNS.format(moment=reader.moment, first=order.first, second=order.second)


def _read_lines(sql: str, parameters: Sequence[Any]) -> list[Line]:
    with preparing_cursor() as cursor:
        cursor.execute(sql, parameters)
        return [Line(*row) for row in cursor.fetchall()]


def _listing(lines: list[Line], *, older: bool, newer: bool) -> Listing:
    if not lines:
        return Listing(())
    return Listing(tuple(lines), _place(lines[-1]) if older else "", _place(lines[0]) if newer else "")


def _place(line: Line) -> str:
    """Return where a case stands in the order, without its key, which would tell how many cases there are."""
    return f"{line.first}.{(line.second - _EPOCH) // _MICROSECOND}.{line.number}"


def _read(place: str) -> tuple[int, datetime, str] | None:
    first, _dot, rest = place.partition(".")
    second, _dot, number = rest.partition(".")
    try:
        return int(first) % 1000, _EPOCH + timedelta(microseconds=int(second)), number
    except (ValueError, OverflowError):
        return None
