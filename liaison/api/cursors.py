"""Lists in pages: the caller hands back `next` of one page as `cursor` for the following one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

from liaison.api.codes import ValueCode
from liaison.lib.refusals import FieldProblem, Invalid

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


class Page(Schema, Generic[Item]):
    """One page of a list. `next` is null on the last one."""

    items: list[Item]
    next: str | None = None


class Window(Schema):
    """Which part of a list is asked for."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many items at most.")] = 50
    cursor: Annotated[str, Field(max_length=150, description="The `next` of the page before.")] = ""


Asked = Annotated[Window, Query()]


def page_of(
    rows: QuerySet[Row],
    window: Window,
    shape: Callable[[Row], Any],
    *,
    key: str = "public_id",
    newest_first: bool = False,
) -> Page[Any]:
    """Return one page of the rows, in the order in which they came into being.

    The cursor is the public key of the last row shown, so it tells nothing about how many there are. Raises
    Invalid for a cursor that is none of these rows'.
    """
    comparison, order = ("pk__lt", "-pk") if newest_first else ("pk__gt", "pk")
    if window.cursor:
        last = rows.filter(**{key: window.cursor}).values_list("pk", flat=True).first()
        if last is None:
            raise Invalid((FieldProblem("cursor", ValueCode.UNKNOWN_CURSOR),))
        rows = rows.filter(**{comparison: last})
    found = list(rows.order_by(order)[: window.limit + 1])
    shown = found[: window.limit]
    more = len(found) > len(shown)
    return Page(items=[shape(row) for row in shown], next=str(getattr(shown[-1], key)) if more else None)
