"""Files that nothing uses yet and that somebody still goes on with: rooms above say which, for example drafts."""

from __future__ import annotations

from collections.abc import Callable, Collection

Holder = Callable[[], Collection[str]]

_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Add a holder. It answers with the public ids of the files that it holds, once per round of the ticker."""
    if holder not in _holders:
        _holders.append(holder)


def held() -> frozenset[str]:
    """Return the public ids of all files that are held: they are not removed as unused."""
    return frozenset(public_id for holder in _holders for public_id in holder())
