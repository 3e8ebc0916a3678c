"""Faults that no test can notice, each with the reason: what is gone decides nothing that anybody sees."""

from __future__ import annotations

from typing import Final

_PLAN: Final = "It chooses in which order the database looks; test_delegated_lists finds the same by every plan."

JUSTIFIED: Final[dict[str, str]] = {
    "liaison/cases/scope.py, Scope.is_wide: self.customers is None": _PLAN,
}
