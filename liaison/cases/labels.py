"""What the keys of cases are called, in the active language. States are named in `web/states.py`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.cases.vocabulary import CloseReason, EscalationReason, LinkKind, ShareRight, UrgentState
from liaison.catalog.loader import case_severities, categories, products, urgent_criteria
from liaison.catalog.vocabulary import CaseSeverity
from liaison.web.states import Kind, state_of

CLOSE_REASONS: Final[Mapping[CloseReason, Promise]] = MappingProxyType(
    {
        CloseReason.SOLVED: _("The answer solved it"),
        CloseReason.SOLVED_BY_US: _("Solved without support"),
        CloseReason.NO_LONGER_NEEDED: _("No longer needed"),
        CloseReason.DUPLICATE: _("Another case is about the same"),
        CloseReason.NO_ANSWER: _("Nobody answered"),
        CloseReason.OTHER: _("Another reason"),
    }
)
ESCALATION_REASONS: Final[Mapping[EscalationReason, Promise]] = MappingProxyType(
    {
        EscalationReason.NO_ANSWER: _("There is no answer"),
        EscalationReason.WORSENED: _("It got worse"),
        EscalationReason.DEADLINE: _("A deadline is near"),
        EscalationReason.WRONG_DIRECTION: _("It goes in the wrong direction"),
        EscalationReason.OTHER: _("Another reason"),
    }
)
LINK_KINDS: Final[Mapping[LinkKind, Promise]] = MappingProxyType(
    {LinkKind.RELATED: _("Related"), LinkKind.DUPLICATE: _("About the same")}
)
SHARE_RIGHTS: Final[Mapping[ShareRight, Promise]] = MappingProxyType(
    {ShareRight.VIEW: _("Can view"), ShareRight.COMMENT: _("Can comment")}
)
URGENT_STATES: Final[Mapping[UrgentState, Promise]] = MappingProxyType(
    {
        UrgentState.CLAIMED: _("Urgent: being checked"),
        UrgentState.CONFIRMED: _("Urgent: confirmed"),
        UrgentState.NOT_CONFIRMED: _("Urgent: not confirmed"),
    }
)
URGENT_KINDS: Final[Mapping[UrgentState, Kind]] = MappingProxyType(
    {
        UrgentState.CLAIMED: Kind.WARNING,
        UrgentState.CONFIRMED: Kind.BAD,
        UrgentState.NOT_CONFIRMED: Kind.NEUTRAL,
    }
)
SEVERITY_KINDS: Final[Mapping[int, Kind]] = MappingProxyType(
    {
        CaseSeverity.CRITICAL: Kind.BAD,
        CaseSeverity.HIGH: Kind.WARNING,
        CaseSeverity.MEDIUM: Kind.INFO,
        CaseSeverity.LOW: Kind.NEUTRAL,
    }
)


def state_name(state: str) -> str:
    return str(state_of(state).label)


def severity_name(severity: int) -> str:
    """Return the name of a severity, 1 to 4."""
    return case_severities()[CaseSeverity(severity)].name(_language())


def product_name(key: str) -> str:
    """Return what a product is called; one that the catalog lost is named by its key."""
    found = products().get(key)
    return found.name(_language()) if found else key


def category_name(key: str) -> str:
    found = categories().get(key)
    return found.name(_language()) if found else key


def criterion_name(key: str) -> str:
    found = urgent_criteria().get(key)
    return found.name(_language()) if found else key


def close_reason_name(reason: str) -> str:
    return str(CLOSE_REASONS[CloseReason(reason)])


def escalation_reason_name(reason: str) -> str:
    return str(ESCALATION_REASONS[EscalationReason(reason)])


def _language() -> str:
    return get_language() or "en"
