"""The list of what is expected: the longest overdue first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator

from liaison.accounts.models import Identity
from liaison.expectations.access import visible_expectations
from liaison.expectations.models import Expectation
from liaison.expectations.panel import Standing, standing_of
from liaison.expectations.subjects import Described, describe

PER_PAGE: Final = 25
OVERDUE: Final = "overdue"
WAITING: Final = "waiting"
CLOSED: Final = "closed"
STATES: Final = (OVERDUE, WAITING, CLOSED)


@dataclass(frozen=True)
class Row:
    """One line. `subject` is None for what is gone."""

    expectation: Expectation
    standing: Standing
    subject: Described | None


@dataclass(frozen=True)
class Listing:
    """One page of the list."""

    page: Page[Any]
    rows: tuple[Row, ...]


def first_of_account(reader: Identity, slug: str, now: datetime, most: int = 5) -> tuple[Row, ...]:
    """Return what is open for one account, the longest overdue first, for its page at the desk."""
    rows = visible_expectations(reader).filter(account__slug=slug, closed_at=None).order_by("due_at", "pk")
    return _rows(list(rows[:most]), now)


def listing_of(reader: Identity, chosen: Mapping[str, str], number: str, now: datetime) -> Listing:
    """Return a page of what the reader may see, in a fixed number of queries.

    What is open comes first, by when it is due. `chosen` may hold a `state` and the short name of an `account`.
    """
    found = visible_expectations(reader)
    if chosen.get("account"):
        found = found.filter(account__slug=chosen["account"])
    state = chosen.get("state")
    if state == CLOSED:
        found = found.exclude(closed_at=None).order_by("-closed_at", "-pk")
    else:
        found = found.filter(closed_at=None).order_by("due_at", "pk")
        found = found.filter(due_at__lte=now) if state == OVERDUE else found
        found = found.filter(due_at__gt=now) if state == WAITING else found
    page = Paginator(found, PER_PAGE).get_page(number)
    return Listing(page, _rows(list(page.object_list), now))


def _rows(shown: list[Expectation], now: datetime) -> tuple[Row, ...]:
    subjects = describe(shown)
    return tuple(Row(one, standing_of(one, now), subjects.get((one.subject_kind, one.subject_id))) for one in shown)
