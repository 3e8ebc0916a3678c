"""Which severity is worse (catalog)."""

from __future__ import annotations

from liaison.catalog.loader import severities
from liaison.catalog.vocabulary import Severity


def rank(severity: str) -> int:
    """Return 0 for the worst, more for the milder, the most for what is no severity."""
    entries = list(severities())  # the worst first
    return entries.index(Severity(severity)) if severity in entries else len(entries)


def is_worse(severity: str, than: str) -> bool:
    return rank(severity) < rank(than)
