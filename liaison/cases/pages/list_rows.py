"""The rows of a list as HTML: a stencil for each look that a row can have, filled with what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from liaison.cases import labels
from liaison.cases.lists.asking import Line
from liaison.cases.lists.rows import about, ago, exactly, urgent_name
from liaison.cases.lists.statements import microseconds_of
from liaison.cases.numbers import shown
from liaison.cases.vocabulary import UrgentState
from liaison.lib.languages import language_for
from liaison.lib.remembered import remembered
from liaison.web.states import state_of
from liaison.web.stencils import Stencil, escaped, spoken, stencil

_PARTS: Final = "cases/list_parts.html"
_ANY: Final = "0000000000"
_HOLES: Final = ("number", "shown", "title", "account", "account_slug", "updated", "exact", "utc")


class _Look(NamedTuple):
    """What a stencil of a row depends on. `prefix` is that of addresses.

    `account_as` is what the address of a list narrowed to the row's account calls it; empty where all rows have one.
    """

    language: str
    prefix: str
    may_close: bool
    account_as: str
    state: str
    severity: int
    urgent: str
    is_escalated: bool
    written_in: str
    integration: str | None
    product: str
    has_filer: bool


def rows_html(lines: Sequence[Line], now: datetime, *, may_close: bool, account_as: str = "") -> Markup:
    """Return the rows of these lines in the active language and zone; `account_as` as a look has it."""
    if not lines:
        return Markup()
    (language, prefix), zone = spoken(), timezone.get_current_timezone_name()
    at, written = microseconds_of(now), _written(lines)
    rows = []
    for line, number, title, filed_by, account in zip(lines, *written, strict=True):
        look = _Look(
            language, prefix, may_close, account_as, line.state, line.severity, line.urgent_state, line.is_escalated,
            line.language, line.integration, line.product, bool(filed_by),
        )  # fmt: skip
        exact, utc = exactly(line.updated_at, language, zone)
        values = {
            "number": number,
            "shown": shown(number),
            "title": title,
            "account": account,
            "account_slug": line.account_slug,
            "filed_by": filed_by,
            "updated": ago(line.updated_at, at, language),
            "exact": exact,
            "utc": utc,
        }
        rows.append(_stencil(look).fill(values))
    return Markup("".join(rows))  # noqa: S704  # filled with HTML


def _written(lines: Sequence[Line]) -> Iterator[list[str]]:
    """Yield, each for all lines as HTML, what people or other systems wrote: number, title, filer and account."""
    yield escaped([line.number for line in lines])
    yield escaped([line.title for line in lines])
    yield escaped([line.filed_by or "" for line in lines])
    yield escaped([line.account for line in lines])


@remembered(5_000)
def _stencil(look: _Look) -> Stencil:
    before, after = reverse("case", kwargs={"number": _ANY}).split(_ANY)
    known = {
        "before": before,
        "after": after,
        "html_lang": language_for(look.written_in).html_lang,
        "state": state_of(look.state).label,
        "state_kind": state_of(look.state).kind.value,
        "severity": labels.severity_name(look.severity),
        "severity_kind": labels.SEVERITY_KINDS[look.severity].value,
        "about": about(look.integration, look.product, look.language),
        "urgent": urgent_name(look.urgent),
        "urgent_kind": labels.URGENT_KINDS[UrgentState(look.urgent)].value if look.urgent else "",
        "is_escalated": look.is_escalated,
        "may_close": look.may_close,
        "account_as": look.account_as,
    }
    if look.has_filer:
        return stencil(_PARTS, "row", known, (*_HOLES, "filed_by"))
    return stencil(_PARTS, "row", {**known, "filed_by": ""}, _HOLES)
