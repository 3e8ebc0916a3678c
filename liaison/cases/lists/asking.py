"""Which cases a list shows: one page of them, and how many there are. Pages, export and API ask here.

Everything is asked within the scope of whoever reads: what may not be seen is in no row, no order and no count (W7).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeGuard

from liaison.accounts.models import Identity
from liaison.cases import access
from liaison.cases.conditions import ALWAYS, Condition, all_of
from liaison.cases.lists.filters import STATE_ORDER, by_state, filters_of, in_states, levels_by_state
from liaison.cases.lists.named import NamedArm, NamedOrder, beyond_place, named_arms, named_order
from liaison.cases.lists.reached import ReachedArm
from liaison.cases.lists.statements import (
    JOINED,
    Arm,
    Order,
    Place,
    arms_of,
    columns_of,
    count_statement,
    page_statement,
)
from liaison.cases.lists.wanted import Sort, Wanted, Whose
from liaison.cases.scope import Scope, reached_by
from liaison.cases.search.asking import MOST_FOUND, Asked, found_page
from liaison.cases.vocabulary import CaseState
from liaison.catalog.vocabulary import CaseSeverity
from liaison.delegation.access import customers_reached
from liaison.lib.driver import rows_of

PAGE: Final = 50
FEW_CUSTOMERS: Final = 200
"""Of so many customers, each is asked for its newest cases: quicker than to walk past those of others."""
_SEVERITIES: Final = tuple([(one.value, f"cases_case.severity = {one.value}") for one in CaseSeverity])
_ANY_STATE: Final[tuple[Condition, ...]] = (ALWAYS,)
# By name, those that somebody filed are put in order while they are few.
_FILED: Final = "SELECT FROM cases_case WHERE cases_case.filed_by_id = %s LIMIT {most} + 1"
_FILED_MANY: Final = f"(SELECT count(*) FROM ({_FILED}) AS one) {{is_more}} {{most}}"  # noqa: S608  # ours
_MOST_SORTED: Final = 500


class Line(NamedTuple):
    """A case as a list shows it. Moments are microseconds since 1970 (`statements.moment_of`).

    `first` is what it is sorted by before its moment: a number, or the name and the short name of the account.
    `total` is how many there are, where that was asked.
    """

    number: str
    title: str
    state: str
    severity: int
    updated_at: int
    created_at: int
    urgent_state: str
    is_escalated: bool
    language: str
    account: str
    account_slug: str
    integration: str | None
    product: str
    filed_by: str | None
    first: int | list[str]
    total: int | None


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


def reader_of(identity: Identity, now: datetime, shared: frozenset[int] | None = None) -> Reader:
    """Read once what decides what the reader sees; `shared` as `access.scope_of` takes it.

    For a delegate, also which customers it reaches, as far as they are few: there may be none.
    """
    scope, reads_notes = access.scope_of(identity, now, shared), access.reads_notes(identity)
    if scope.seat is not None:
        customers = customers_reached(scope.seat)
        seat = scope.seat if customers is None or customers else None
        scope = replace(scope, seat=seat, customers=customers)
    return Reader(identity.pk, scope, reads_notes, identity.effective_time_zone)


def listing(reader: Reader, wanted: Wanted, most: int = PAGE, *, is_counted: bool = False) -> Listing:
    """Return a page of the cases wanted, in one statement; `is_counted` for its `total`."""
    if wanted.keyword:
        return _found(reader, wanted, most)
    backwards = bool(wanted.newer)
    place = wanted.newer or wanted.older
    lines = _lines(reader, wanted, place, most + 1, is_counted=is_counted)
    has_more, lines = len(lines) > most, lines[:most]
    if backwards:
        lines.reverse()
    before, after = (has_more, True) if backwards else (bool(place), has_more)
    return _listing(lines, wanted.order, older=after, newer=before)


def count(reader: Reader, wanted: Wanted, page: Listing) -> int:
    """Return how many cases are wanted, MOST_COUNTED + 1 where there are more; one statement unless the page knows."""
    if page.total is not None:
        return page.total
    arms = _arms(reader, wanted)
    if not arms:
        return 0
    return int(_asked(count_statement(arms))[0][0])


def everything(reader: Reader, wanted: Wanted, batch: int = 500) -> Iterator[tuple[Line, ...]]:
    """Yield all the cases wanted, batch by batch, each in statements of its own: memory holds one."""
    at = replace(wanted, older="", newer="")
    while True:
        page = listing(reader, at, batch)
        yield page.lines
        if not page.older:
            return
        at = replace(at, older=page.older)


def is_place(text: str, order: Sort) -> bool:
    """Say whether this can be a place in a list in this order that is not searched."""
    return _place_of(text, order) is not None


def _lines(reader: Reader, wanted: Wanted, place: str, most: int, *, is_counted: bool) -> list[Line]:
    order, backwards = _order_of(reader, wanted), bool(wanted.newer)
    whole, at = _arms(reader, wanted), _place_of(place, wanted.order)
    if isinstance(order, NamedOrder):
        arms = _by_name(reader, wanted, whole, order, at)
    else:
        arms = _beyond(whole, order, at, reader.scope, backwards=backwards)
    if not arms:
        return []
    counted = whole if is_counted else ()
    statement = page_statement(arms, order, most, moment=reader.moment, backwards=backwards, counted=counted)
    return [Line._make(row) for row in _asked(statement)]


def _beyond(
    whole: tuple[Arm, ...], order: Order, at: Place | None, scope: Scope, *, backwards: bool
) -> tuple[Arm, ...]:
    """Return what of the arms comes after a place, or before it; all of them without one."""
    choice = order.beyond(at, scope, backwards=backwards) if at else (ALWAYS,)
    levels = order.by_level(at, scope, backwards=backwards)
    found = list(arms_of([arm for arm in whole if not _is_walked(arm)], choice))
    for arm in whole:
        if _is_walked(arm):
            found += _walks(arm, order, levels if order.levels else choice)
    return tuple(found)


def _walks(arm: ReachedArm, order: Order, choice: Sequence[Condition]) -> Sequence[Arm]:
    """Return what is walked instead, each in the order of an index: each level or part of the arm, and each choice."""
    parts = arm.parts if not order.levels else ()
    # By state each level is a part, and there is none for the others.
    condition = arm.condition if parts or order.first == STATE_ORDER else arm.whole
    conditions = [all_of((condition, part, chosen)) for part in parts or (ALWAYS,) for chosen in choice]
    one = replace(arm, parts=(), is_level=bool(order.levels), beside=len(conditions))
    return [replace(one, condition=condition) for condition in conditions]


def _by_name(
    reader: Reader, wanted: Wanted, whole: tuple[Arm, ...], order: NamedOrder, at: Place | None
) -> tuple[Arm, ...]:
    """Return the same in the order of names; of what has an index of its own, and is little, that is not quicker."""
    backwards = bool(wanted.newer)
    named: tuple[NamedArm, ...] = ()
    if wanted.whose in (None, Whose.MINE) and not wanted.integration:
        named = named_arms(reader.scope, wanted.account, all_of(_filters(reader, wanted)))
        named = tuple(beyond_place(named, order, at, reader.scope, backwards=backwards)) if at else named
    if wanted.whose is None and named:
        return named
    sorted_ = _beyond(whole, order, at, reader.scope, backwards=backwards)
    if not named:
        return sorted_
    many, few = (Condition(_FILED_MANY.format(is_more=sign, most=_MOST_SORTED), (reader.key,)) for sign in (">", "<="))
    return (*(replace(arm, of=all_of((many, arm.of))) for arm in named), *arms_of(sorted_, (few,)))


def _arms(reader: Reader, wanted: Wanted) -> tuple[Arm, ...]:
    """Return the cases wanted as arms: what is seen, and within everything each state from the index of its own."""
    if reader.scope.everything:
        filters = _filters(reader, replace(wanted, states=()))
        return arms_of([Arm(ALWAYS)], by_state(wanted.states) or _ANY_STATE, (all_of(filters),))
    filters = _filters(reader, wanted)
    return (*arms_of(tuple(_seen(reader.scope, wanted)), (all_of(filters),)), *_reached(reader, wanted))


def _seen(scope: Scope, wanted: Wanted) -> Iterator[Arm]:
    yield from map(Arm, scope.arms_but_seat())
    if scope.seat is not None and _is_narrow(wanted):
        yield Arm(reached_by(scope.seat))


def _reached(reader: Reader, wanted: Wanted) -> Iterator[Arm]:
    scope = reader.scope
    if scope.seat is None or _is_narrow(wanted):
        return
    if scope.customers is not None and len(scope.customers) <= FEW_CUSTOMERS:
        yield ReachedArm(all_of(_filters(reader, wanted)), scope.seat, is_few=True)
        return
    filters = all_of(_filters(reader, replace(wanted, states=())))
    is_open = bool(wanted.states) and CaseState.CLOSED not in wanted.states
    is_rare = is_open or bool(wanted.since)
    yield ReachedArm(filters, scope.seat, is_few=False, parts=in_states(wanted.states), is_rare=is_rare)


def _is_narrow(wanted: Wanted) -> bool:
    """Say whether an index has little of what is wanted, whoever sees it."""
    return bool(wanted.account or wanted.integration or wanted.whose)


def _is_walked(arm: Arm) -> TypeGuard[ReachedArm]:
    return isinstance(arm, ReachedArm) and not arm.is_few


def _found(reader: Reader, wanted: Wanted, most: int) -> Listing:
    """Return a page of what a keyword finds: at most MOST_FOUND in order, of which the page is cut out."""
    order, shown = _order_of(reader, wanted), Order("0", f"cases_case.{reader.moment}")
    asked = Asked(
        scope=reader.scope,
        text=wanted.keyword,
        reads_notes=reader.reads_notes,
        condition=all_of(_filters(reader, wanted)),
        moment=reader.moment,
        order="" if wanted.order is Sort.FIT else order.sql(),
        columns=columns_of(shown, reader.moment),
        joined=JOINED,
        older=wanted.older,
        newer=wanted.newer,
    )
    found = found_page(asked, most)
    lines = tuple([Line._make(row) for row in found.rows])
    has_more = min(found.total, MOST_FOUND) > found.before + len(lines)
    older, newer = lines[-1].number if has_more else "", lines[0].number if found.before else ""
    return Listing(lines, older=older, newer=newer, total=found.total)


def _filters(reader: Reader, wanted: Wanted) -> tuple[Condition, ...]:
    return filters_of(wanted, reader.scope, reader.key, reader.zone)


def _order_of(reader: Reader, wanted: Wanted) -> Order:
    sort = wanted.order
    second = "cases_case.created_at" if sort is Sort.CREATED else f"cases_case.{reader.moment}"
    if sort is Sort.CUSTOMER:
        return named_order(second)
    if sort is Sort.SEVERITY:
        return Order("cases_case.severity", second, _SEVERITIES)
    return Order(STATE_ORDER, second, levels_by_state(wanted.states)) if sort is Sort.STATUS else Order("0", second)


def _asked(statement: Condition) -> list[tuple[Any, ...]]:
    return rows_of(statement.sql, statement.values)


def _listing(lines: list[Line], order: Sort, *, older: bool, newer: bool) -> Listing:
    """Return the page of these lines, which is whole where nothing is older or newer."""
    if not lines:
        return Listing((), total=None if newer or older else 0)
    total = lines[0].total if older or newer else len(lines)
    return Listing(
        tuple(lines), _place(lines[-1], order) if older else "", _place(lines[0], order) if newer else "", total
    )


def _place(line: Line, order: Sort) -> str:
    """Return where a case stands in the order, without its key, which would tell how many cases there are."""
    first = line.account_slug if isinstance(line.first, list) else line.first
    return str(Place(first, line.created_at if order is Sort.CREATED else line.updated_at, line.number))


def _place_of(text: str, order: Sort) -> Place | None:
    found = Place.read(text)
    return found if found and isinstance(found.first, str) == (order is Sort.CUSTOMER) else None
