"""Which answer may follow which: a table, and nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from liaison.expectations.vocabulary import Answer

NOTHING: Final = ""
"""What stands in the place of an answer before the first one."""

MAY_FOLLOW: Final[Mapping[str, frozenset[Answer]]] = MappingProxyType(
    {
        NOTHING: frozenset(Answer),
        Answer.SEEN: frozenset({Answer.WORKING, Answer.SOLVED}),
        # A new estimate, or the end of it.
        Answer.WORKING: frozenset({Answer.WORKING, Answer.SOLVED}),
        # It was said to be solved, and still goes on: that is waited for, or somebody works on it again.
        Answer.SOLVED: frozenset({Answer.WORKING}),
    }
)


def may_follow(before: str, answer: Answer) -> bool:
    """Say whether the answer may be given after the one before, or after nothing."""
    return answer in MAY_FOLLOW[before]
