"""What is worked out once in a process and kept.

Only functions of their arguments, of the words of the languages and of the settings: nothing that the database knows,
and never whether somebody may see something.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, ParamSpec, TypeVar

from django.core.signals import setting_changed

Given = ParamSpec("Given")
Made = TypeVar("Made")

_FORGETTING: Final[list[Callable[[], None]]] = []


def remembered(most: int) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Keep what a function returned for its latest `most` arguments, which must be hashable."""

    def keep(function: Callable[Given, Made]) -> Callable[Given, Made]:
        kept = lru_cache(maxsize=most)(function)
        _FORGETTING.append(kept.cache_clear)
        return kept  # type: ignore[return-value]  # the cache takes what the function takes

    return keep


def forget_all() -> None:
    """Work everything out anew: for tests, which change words and settings while they run."""
    for forget in _FORGETTING:
        forget()


def _forget(**_sent: Any) -> None:
    forget_all()


setting_changed.connect(_forget)
