"""What stands around the rows of a list as HTML: views, filters, the bar above the rows, the ways to other pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from liaison.cases import labels
from liaison.cases.lists.asking import Listing
from liaison.cases.lists.choices import Customers
from liaison.cases.lists.statements import MOST_COUNTED
from liaison.cases.lists.views import View, built_in
from liaison.cases.lists.wanted import Sort, Wanted, Whose
from liaison.cases.vocabulary import CaseState
from liaison.catalog.vocabulary import CaseSeverity
from liaison.integrations.wording import kind_name
from liaison.lib.dates import format_number
from liaison.lib.remembered import remembered
from liaison.web.stencils import Stencil, spoken, stencil

_PARTS: Final = "cases/list_parts.html"


class _Who(Enum):
    """Whose form of filters it is: of whoever sees cases of all accounts, of customers, or of one account."""

    STAFF = auto()
    DELEGATE = auto()
    OF_ONE = auto()


def listed_html(wanted: Wanted, page: Listing, total: int, rows: Markup, csrf_input: str, *, may_close: bool) -> Markup:
    """Return the rows with what can be done with them; `total` may be more than MOST_COUNTED."""
    language, prefix = spoken()
    query = wanted.query()
    return _listed(language, prefix, may_close).html(
        csrf_input=csrf_input,
        query=escape(query),
        asked=escape(f"?{query}") if query else "",
        total=_total(language, total),
        rows=rows,
        pages=_pages_html(wanted, page),
    )


def views_html(own: Sequence[View], query: str, *, is_staff: bool) -> Markup:
    """Return the lists by name, everybody's and the reader's own; `query` is the one that is shown."""
    queries = [view.query for view in (*built_in(is_staff=is_staff), *own)]
    # What somebody typed is no part of what is kept.
    return _views(*spoken(), is_staff, tuple(own), queries.index(query) if query in queries else None)


def filters_html(
    wanted: Wanted,
    integrations: Sequence[tuple[str, str]],
    account: str,
    customers: Customers | None = None,
    *,
    is_staff: bool,
) -> Markup:
    """Return the form of the filters.

    `integrations` are keys and kinds of those to choose from, `account` is the name of the chosen account, if the
    reader sees it. Delegates choose from `customers`.
    """
    language, prefix = spoken()
    asked = replace(wanted, keyword="", older="", newer="")
    form = _filters(language, prefix, _who(customers, is_staff=is_staff), asked, account)
    choice = _integration(language, prefix, tuple(integrations), wanted.integration)
    customer = _customer(language, prefix, customers, wanted.account) if customers else ""
    return form.html(keyword=escape(wanted.keyword), integration=choice, customer=customer)


def _pages_html(wanted: Wanted, page: Listing) -> Markup:
    if not (page.older or page.newer):
        return Markup()
    return _pages(*spoken(), bool(page.newer), bool(page.older)).html(
        newer=escape(wanted.query(newer=page.newer)), older=escape(wanted.query(older=page.older))
    )


@remembered(50)
def _listed(language: str, prefix: str, may_close: bool) -> Stencil:  # of the words and addresses, here and below
    holes = ("csrf_input", "query", "asked", "total", "rows", "pages")
    return stencil(_PARTS, "listed", {"may_close": may_close}, holes)


@remembered(50)
def _pages(language: str, prefix: str, has_newer: bool, has_older: bool) -> Stencil:
    holes = {"newer": has_newer, "older": has_older}
    shown = tuple(name for name, is_there in holes.items() if is_there)
    return stencil(_PARTS, "pages", {name: "" for name, is_there in holes.items() if not is_there}, shown)


@remembered(2_000)
def _total(language: str, total: int) -> Markup:
    if total > MOST_COUNTED:
        return escape(_("More than %(count)s cases") % {"count": format_number(MOST_COUNTED, language)})
    return escape(ngettext("%(count)s case", "%(count)s cases", total) % {"count": format_number(total, language)})


@remembered(1_000)
def _views(language: str, prefix: str, is_staff: bool, own: tuple[View, ...], place: int | None) -> Markup:
    views = (*built_in(is_staff=is_staff), *own)
    view = None if place is None else views[place]
    return stencil(_PARTS, "views", {"views": views, "view": view}).html()


@remembered(2_000)
def _integration(
    language: str,
    prefix: str,
    integrations: tuple[tuple[str, str], ...],
    chosen: str,
) -> Markup:
    named = [(public_id, kind_name(kind)) for public_id, kind in integrations]
    return stencil(_PARTS, "integration", {"integrations": named, "chosen": chosen}).html()


@remembered(200)
def _customer(language: str, prefix: str, customers: Customers, asked: str) -> Markup:
    known = {"customers": customers.some, "is_many": customers.is_many, "chosen": asked, "name": customers.chosen[1]}
    return stencil(_PARTS, "customer", known).html()


@remembered(500)
def _filters(language: str, prefix: str, who: _Who, wanted: Wanted, account: str) -> Stencil:
    whose = [(Whose.MINE, _("Filed by me")), (Whose.FOLLOWED, _("Followed by me"))]
    known = {
        "wanted": wanted,
        "narrowed": len(wanted.pairs()),
        "states": [(state, labels.state_name(state)) for state in CaseState],
        "severities": [(one, labels.severity_name(one)) for one in CaseSeverity],
        "whose": whose if who is _Who.STAFF else [*whose, (Whose.SHARED, _("Shared with me"))],
        "sorts": [*_sorts(), *_sorts_of_many(who, wanted)],
        "is_staff": who is _Who.STAFF,
        "account": account,
    }
    return stencil(_PARTS, "filters", known, ("keyword", "integration", "customer"))


def _sorts() -> list[tuple[Sort, str]]:
    return [
        (Sort.FIT, _("Best match")),
        (Sort.UPDATED, _("Last updated")),
        (Sort.CREATED, _("Filed")),
        (Sort.SEVERITY, _("Severity")),
        (Sort.STATUS, _("Status")),
    ]


def _sorts_of_many(who: _Who, wanted: Wanted) -> list[tuple[Sort, str]]:
    """Return what only those choose who see cases of several accounts, or who have chosen it by its address."""
    if who is _Who.STAFF:
        return [(Sort.CUSTOMER, _("Account"))]
    return [(Sort.CUSTOMER, _("Customer"))] if who is _Who.DELEGATE or wanted.sort is Sort.CUSTOMER else []


def _who(customers: Customers | None, *, is_staff: bool) -> _Who:
    if is_staff:
        return _Who.STAFF
    return _Who.OF_ONE if customers is None else _Who.DELEGATE
