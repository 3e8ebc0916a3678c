"""What of the cases somebody wants to see, as it stands in the address of the list. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

from liaison.cases.vocabulary import CaseState
from liaison.catalog.vocabulary import CaseSeverity
from liaison.lib.searching import LONGEST_QUESTION

Key = TypeVar("Key", bound=StrEnum)

_LONGEST: Final = 150
_YEARS: Final = range(2000, 3000)
OPEN_STATES: Final = tuple(state for state in CaseState if state is not CaseState.CLOSED)


class Whose(StrEnum):
    """Which of the cases that somebody sees."""

    MINE = "mine"
    SHARED = "shared"
    FOLLOWED = "followed"


class Sort(StrEnum):
    UPDATED = "updated"
    CREATED = "created"
    SEVERITY = "severity"
    STATUS = "status"
    CUSTOMER = "customer"
    """The name of the account that it is a case of, then the last update."""
    FIT = "fit"
    """Of a keyword: the number, then titles, then the newest. Without a keyword the same as by update."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The state of a list. `older` and `newer` are places in it.

    `account` is a slug (in addresses also `customer`), `integration` a public id. `since` and `until` are the first and
    the last day on which a case was filed, in the zone of whoever reads.
    """

    keyword: str = ""
    states: tuple[CaseState, ...] = ()
    severities: tuple[CaseSeverity, ...] = ()
    account: str = ""
    integration: str = ""
    whose: Whose | None = None
    since: date | None = None
    until: date | None = None
    sort: Sort | None = None
    older: str = ""
    newer: str = ""

    @property
    def order(self) -> Sort:
        """Return the order that is meant where none was chosen."""
        order = self.sort or (Sort.FIT if self.keyword else Sort.UPDATED)
        return Sort.UPDATED if order is Sort.FIT and not self.keyword else order

    @property
    def is_filtered(self) -> bool:
        return bool(self.pairs(with_sort=False))

    def pairs(self, *, with_sort: bool = True) -> list[tuple[str, str]]:
        """Return what was chosen, without the place in the list, as names and values of an address."""
        found = [
            ("q", self.keyword),
            *(("status", state.value) for state in self.states),
            *(("severity", str(severity.value)) for severity in self.severities),
            ("account", self.account),
            ("integration", self.integration),
            ("whose", self.whose.value if self.whose else ""),
            ("since", self.since.isoformat() if self.since else ""),
            ("until", self.until.isoformat() if self.until else ""),
            ("sort", self.sort.value if self.sort and with_sort else ""),
        ]
        return [(name, value) for name, value in found if value]

    def query(self, **place: str) -> str:
        """Return the query string; `older` or `newer` lead to another place in the list."""
        return urlencode([*self.pairs(), *place.items()])

    def without(self, name: str) -> Wanted:
        """Return the same without one filter."""
        return replace(self, **{name: getattr(Wanted(), name)}, older="", newer="")


_ANYTHING: Final = Wanted()


def wanted_of(data: QueryDict) -> Wanted:
    """Read an address; what makes no sense in it is left out."""
    if not data:
        return _ANYTHING
    return Wanted(
        keyword=_text(data, "q", LONGEST_QUESTION),
        states=tuple(_some(CaseState, data.getlist("status"))),
        severities=tuple(CaseSeverity(number) for number in _numbers(data.getlist("severity"))),
        account=_text(data, "account") or _text(data, "customer"),
        integration=_text(data, "integration"),
        whose=next(_some(Whose, data.getlist("whose")), None),
        since=_day(data, "since"),
        until=_day(data, "until"),
        sort=next(_some(Sort, data.getlist("sort")), None),
        older=_text(data, "older"),
        newer=_text(data, "newer"),
    )


def _text(data: QueryDict, name: str, most: int = _LONGEST) -> str:
    return data.get(name, "").replace("\x00", "").strip()[:most]


def _day(data: QueryDict, name: str) -> date | None:
    try:
        found = date.fromisoformat(data.get(name, ""))
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _some(kind: type[Key], values: Iterable[str]) -> Iterator[Key]:
    known = set(values)
    return (one for one in kind if one.value in known)


def _numbers(values: Iterable[str]) -> list[int]:
    return [severity.value for severity in CaseSeverity if str(severity.value) in set(values)]
