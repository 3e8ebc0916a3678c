"""The registry of staff alarms that rooms above raise: who puts one kind of subject into words.

Filled in `AppConfig.ready()`. The alarms of the engine itself (nobody reached, nobody answered) need no entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from liaison.notifications.registry import Recipient, Subject

if TYPE_CHECKING:
    from liaison.accounts.mail_contents import Words

    Writer = Callable[[Subject, Recipient], Words]

_writers: dict[str, Writer] = {}


def register(subject_kind: str, writer: Writer) -> None:
    """Fill one key: `writer` is called in the reader's language and zone."""
    _writers[subject_kind] = writer


def writer_of(subject_kind: str) -> Writer | None:
    return _writers.get(subject_kind)
