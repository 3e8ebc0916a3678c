"""What a case is about as HTML, under its title and beside its history: a stencil for each look, filled for a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape

from liaison.cases.models import Case
from liaison.lib.remembered import remembered
from liaison.web.addresses import address_of
from liaison.web.environment import Components
from liaison.web.stencils import Stencil, spoken, stencil

_PARTS: Final = "cases/case_parts.html"
_HOLES: Final = ("account", "account_address", "filed_by", "filed", "updated", "escalated")


class _Marks(NamedTuple):
    """What the marks depend on beside the number. `prefix` is that of addresses."""

    language: str
    prefix: str
    state: str
    severity: str
    severity_kind: str
    urgent: str
    urgent_kind: str
    is_escalated: bool


class _About(NamedTuple):
    """What the card depends on beside names and moments: what it says of the case, in words."""

    language: str
    prefix: str
    has_account: bool
    sees_account: bool
    integration: str
    product: str
    category: str
    criterion: str
    is_escalated: bool
    has_filer: bool
    written_in: str
    zone: str


def marks_html(facts: Mapping[str, Any]) -> Markup:
    """Return number, state, severity and what else is said at once; `facts` are those of `facts_of`."""
    case: Case = facts["case"]
    look = _Marks(
        *spoken(),
        state=case.state,
        severity=facts["severity"],
        severity_kind=facts["severity_kind"],
        urgent=facts["urgent"],
        urgent_kind=facts["urgent_kind"],
        is_escalated=case.escalated_at is not None,
    )
    return _marks(look).html(number=escape(facts["number"]))


def about_html(facts: Mapping[str, Any]) -> Markup:
    """Return the card that says what the case is about; `facts` as above."""
    case, account = facts["case"], facts["account"]
    look = _About(
        *spoken(),
        has_account=account is not None,
        sees_account=facts["sees_account"],
        integration=facts["integration"],
        product=facts["product"],
        category=facts["category"],
        criterion=facts["criterion"],
        is_escalated=case.escalated_at is not None,
        has_filer=bool(facts["filed_by"]),
        written_in=facts["case_language"].native_name,
        zone=facts["case_zone"],
    )
    return _about(look).html(
        account=escape(account.name) if account else "",
        account_address=escape(address_of("account", slug=account.slug)) if facts["sees_account"] else "",
        filed_by=escape(facts["filed_by"]),
        filed=Components.time(case.created_at),
        updated=Components.time(case.updated_at),
        escalated=Components.time(case.escalated_at) if case.escalated_at else "",
    )


@remembered(500)
def _marks(look: _Marks) -> Stencil:
    return stencil(_PARTS, "marks", {"look": look}, ("number",))


@remembered(2_000)
def _about(look: _About) -> Stencil:
    return stencil(_PARTS, "about", {"look": look}, _HOLES)
