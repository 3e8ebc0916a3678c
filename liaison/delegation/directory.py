"""The list of the customers that somebody sees, found by words, in pages: six queries, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from liaison.accounts.models import Account, Identity
from liaison.delegation import access, finding
from liaison.delegation.deciding import Seat
from liaison.delegation.finding import After, Named
from liaison.delegation.models import AccessRequest, Bond, DirectoryEntry, Grant, SalesRecord
from liaison.delegation.vocabulary import Asking, GrantLevel, Tie
from liaison.lib.searching import LONGEST_QUESTION, question_of

PER_PAGE: Final = 50
MOST_COUNTED: Final = 1000


class Standing(StrEnum):
    """What a customer lets the reader's account do, as the list is filtered by."""

    MANAGE = "manage"
    VIEW = "view"
    NOTHING = "nothing"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is asked for. `after` is the short name of the customer before the first one shown."""

    words: str = ""
    standing: Standing | None = None
    after: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.standing)

    @property
    def question(self) -> str:
        """Return the words as the text of a `tsquery`, empty for none."""
        return question_of(self.words).tsquery()

    @property
    def asks_nothing(self) -> bool:
        """Say whether something was typed in which there is no word: nothing fits it."""
        return bool(self.words) and not self.question

    def query(self, **more: str) -> str:
        """Return the filters as they stand in an address, with `more` beside them."""
        chosen = {"q": self.words, "access": self.standing.value if self.standing else ""} | more
        return urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One customer. `bond` is the relation that shows it to a delegate; to staff and others, with its manager.

    `granted` is what the reader's account may do, `asked_at` when it asked and has no answer yet.
    """

    customer: Account
    record: SalesRecord
    bond: Bond | None
    granted: Grant | None
    asked_at: datetime | None

    @property
    def level(self) -> GrantLevel | None:
        return GrantLevel(self.granted.level) if self.granted else None

    @property
    def may_be_asked(self) -> bool:
        return self.bond is not None and self.level is not GrantLevel.MANAGE and self.asked_at is None


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `next` is the `after` of the following one, empty on the last."""

    rows: tuple[Row, ...]
    next: str = ""


class _Fits(Func):
    """Whether words fit a question, both made by `lib.searching`: PostgreSQL's own parser is not asked."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def wanted_from(words: str, standing: str = "", after: str = "") -> Wanted:
    """Read what an address asks for; what it cannot mean counts as not asked."""
    known = Standing(standing) if standing in set(Standing) else None
    return Wanted(words.replace("\x00", "").strip()[:LONGEST_QUESTION], known, after.replace("\x00", ""))


def find(actor: Identity, wanted: Wanted, most: int = PER_PAGE) -> Found:
    """Return a page of the customers that the actor sees, by name."""
    after = _place(actor, wanted.after) if wanted.after else None
    seat = _seat(actor, wanted)
    if seat is None:
        found = _listed(_entries(actor, wanted), after, most + 1)
    else:
        found = _fetched(actor, _page(seat, wanted, after, most + 1))
    shown = found[:most]
    return Found(tuple(rows_of(actor, shown)), shown[-1].slug if len(found) > most else "")


def names(actor: Identity, words: str, most: int) -> list[tuple[str, str]]:
    """Return the first customers by name that a delegate sees, by short name and name; one query. None for others."""
    wanted = wanted_from(words)
    seat = _seat(actor, wanted)
    return [] if seat is None else [(one.slug, one.name) for one in _page(seat, wanted, None, most)]


def count(actor: Identity, wanted: Wanted) -> int:
    """Return how many customers the actor sees that fit; one more than MOST_COUNTED stands for all above it."""
    seat = _seat(actor, wanted)
    if seat is None:
        return _entries(actor, wanted)[: MOST_COUNTED + 1].count()
    return 0 if wanted.asks_nothing else finding.number_of(seat, wanted.question, MOST_COUNTED + 1)


def row_of(actor: Identity, customer: Account) -> Row:
    """Return the same for one customer that was fetched for the actor with its sales record."""
    return next(iter(rows_of(actor, [customer])))


def rows_of(actor: Identity, customers: Sequence[Account]) -> Iterable[Row]:
    """Read in three queries how these customers, which were fetched for the actor, stand to its account."""
    keys = [one.pk for one in customers]
    bonds = _by_customer(_bonds(actor, keys).select_related("account", "domain"))
    grants = _by_customer(Grant.objects.filter(customer__in=keys, account=actor.account, ended_at=None))
    asked = AccessRequest.objects.filter(customer__in=keys, account=actor.account, state=Asking.WAITS)
    waiting = dict(asked.values_list("customer_id", "asked_at"))
    for one in customers:
        yield Row(one, one.sales_record, bonds.get(one.pk), grants.get(one.pk), waiting.get(one.pk))


def _seat(actor: Identity, wanted: Wanted) -> Seat | None:
    """Return whose customers `finding` finds; None for what the ORM asks: all those of staff, and by standing."""
    return access.seat_of_customers(actor) if wanted.standing is None else None


def _page(seat: Seat, wanted: Wanted, after: After | None, most: int) -> list[Named]:
    return [] if wanted.asks_nothing else finding.page_of(seat, wanted.question, after, most)


def _fetched(actor: Identity, found: Sequence[Named]) -> list[Account]:
    """Return those customers in their order, through the one door."""
    customers = access.visible_customers(actor).select_related("sales_record").in_bulk([one.key for one in found])
    return [customers[one.key] for one in found if one.key in customers]


def _listed(entries: QuerySet[DirectoryEntry], after: After | None, most: int) -> list[Account]:
    if after is not None:
        entries = entries.filter(
            Q(sort_name__gte=after.name), Q(sort_name__gt=after.name) | Q(customer_id__gt=after.key)
        )
    ordered = entries.select_related("customer__sales_record").defer("words").order_by("sort_name", "customer_id")
    return [entry.customer for entry in ordered[:most]]


def _entries(actor: Identity, wanted: Wanted) -> QuerySet[DirectoryEntry]:
    entries = DirectoryEntry.objects.filter(customer__in=access.visible_customers(actor))
    if wanted.asks_nothing:
        return entries.none()
    if wanted.words:
        entries = entries.filter(_Fits(F("words"), Cast(Value(wanted.question, TextField()), SearchQueryField())))
    if wanted.standing is None:
        return entries
    ours = {"customer": OuterRef("customer_id"), "account": actor.account}
    if wanted.standing is Standing.ASKED:
        return entries.filter(Exists(AccessRequest.objects.filter(**ours, state=Asking.WAITS)))
    grants = Grant.objects.filter(**ours, ended_at=None)
    if wanted.standing is Standing.NOTHING:
        return entries.filter(~Exists(grants))
    return entries.filter(Exists(grants.filter(level=wanted.standing.value)))


def _place(actor: Identity, slug: str) -> After | None:
    """Return where a customer that the actor sees stands; a name that is none leaves out nothing."""
    visible = DirectoryEntry.objects.filter(customer__in=access.visible_customers(actor), customer__slug=slug)
    place = visible.values_list("sort_name", "customer_id").first()
    return After(*place) if place else None


def _bonds(actor: Identity, customers: Sequence[int]) -> QuerySet[Bond]:
    bonds = Bond.objects.filter(customer__in=customers, ended_at=None)
    if access.is_delegate(actor):
        return bonds.filter(access.of_seat(Seat(actor.account.pk, actor.domain_id)))
    return bonds.filter(tie=Tie.MANAGES)


def _by_customer(rows: QuerySet[Any]) -> dict[int, Any]:
    return {row.customer_id: row for row in rows}
