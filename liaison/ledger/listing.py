"""The ledger in pages: the newest announcement first, its deliveries together, as many queries for any page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from liaison.accounts.actors import Actor
from liaison.ledger.access import visible_deliveries
from liaison.ledger.filters import Wanted, apply
from liaison.ledger.rows import Row, rows_of
from liaison.notifications.models import Delivery
from liaison.notifications.queries import LedgerLine, ledger_lines

PER_PAGE: Final = 25


@dataclass(frozen=True)
class Listing:
    """One page. `older` is the cursor of the next one, empty on the last."""

    rows: tuple[Row, ...]
    older: str


@dataclass(frozen=True)
class Lines:
    """The same, not in words yet."""

    lines: tuple[LedgerLine, ...]
    older: str


def listing(actor: Actor, wanted: Wanted, *, zone: str, before: str = "", most: int = PER_PAGE) -> Listing:
    """Return one page of what is asked for, after the delivery `before` of the page before it."""
    visible = visible_deliveries(actor)
    # The place of what the reader does not see tells nothing: it counts as unknown.
    if before and not visible.filter(public_id=before.replace("\x00", "")).exists():
        before = ""
    found = lines_of(apply(visible, wanted, actor, zone), before=before, most=most)
    return Listing(rows_of(found.lines, actor), found.older)


def lines_of(rows: QuerySet[Delivery], *, before: str, most: int) -> Lines:
    """Return one page of deliveries, the newest announcement first. An unknown cursor means the first page."""
    if before:
        rows = rows.filter(_after(before))
    lines = ledger_lines(rows.order_by("-announcement_id", "-pk")[: most + 1])
    shown = lines[:most]
    return Lines(shown, shown[-1].delivery.public_id if len(lines) > most else "")


def _after(public_id: str) -> Q:
    place = (
        Delivery.objects.filter(public_id=public_id.replace("\x00", "")).values_list("announcement_id", "pk").first()
    )
    if place is None:
        return Q()
    return Q(announcement_id__lt=place[0]) | Q(announcement_id=place[0], pk__lt=place[1])
