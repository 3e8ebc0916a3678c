"""The keys of an enum as a model field keeps them. Words for people are made at the edge, not here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


def keys_of(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return `(key, key)` for each member, as `choices` of a field wants them."""
    return [(value.value, value.value) for value in values]
