"""An entry of a history as HTML: a stencil for each look that an entry can have, filled with what differs."""

from __future__ import annotations

from typing import Final, NamedTuple

from markupsafe import Markup, escape

from liaison.cases.models import Case
from liaison.cases.pages.case_history import Entry
from liaison.lib.languages import Language
from liaison.lib.remembered import remembered
from liaison.web.environment import Components
from liaison.web.pages import jinja_environment
from liaison.web.stencils import Stencil, spoken, stencil

_PARTS: Final = "cases/case_parts.html"
_HOLES: Final = ("key", "by", "at", "text", "more")


class _Look(NamedTuple):
    """What a stencil of an entry depends on. `prefix` is that of addresses."""

    language: str
    prefix: str
    is_note: bool
    is_by_staff: bool
    is_own: bool
    is_newest: bool
    by_mail: bool
    written_in: Language | None
    has_name: bool
    has_text: bool
    has_more: bool


def entry_html(entry: Entry, case: Case, prefix: str = "", *, is_newest: bool = False) -> Markup:
    """Return one entry of the case's history. `prefix` keeps ids apart where an entry stands twice."""
    look = _Look(
        *spoken(),
        is_note=entry.is_note,
        is_by_staff=entry.is_by_staff,
        is_own=entry.is_own,
        is_newest=is_newest,
        by_mail=entry.by_mail,
        written_in=entry.language,
        has_name=bool(entry.by),
        has_text=bool(entry.text),
        has_more=bool(entry.sentences or entry.personal_reason or entry.files),
    )
    return _stencil(look).html(
        key=f"{prefix}{entry.key}",
        by=escape(entry.by),
        at=Components.time(entry.at),
        text=escape(entry.text),
        more=_more(entry, case) if look.has_more else "",
    )


def _more(entry: Entry, case: Case) -> str:
    parts = jinja_environment().get_template(_PARTS).module
    return str(parts.entry_more(entry, case))  # type: ignore[attr-defined]  # a macro of the template


@remembered(500)
def _stencil(look: _Look) -> Stencil:
    return stencil(_PARTS, "entry", {"look": look}, _HOLES)
