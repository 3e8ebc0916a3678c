"""What can be escalated: the rooms above say for each kind of subject what it is, and what acknowledging means.

Filled in `AppConfig.ready()`, one handler for each kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liaison.audit.actions import ActorRef


@dataclass(frozen=True)
class Described:
    """A subject for people: what it is called, whose it is, since when, and its page (without a slot)."""

    title: str
    account_name: str
    since: datetime
    path: str


class EscalatedSubject(ABC):
    """What the escalations ask about one kind of subject."""

    @abstractmethod
    def lock(self, subject_id: str) -> None:
        """Lock the subject's row: it is always taken before the escalation's, here and where it is resolved."""

    @abstractmethod
    def acknowledged(self, subject_id: str, *, actor: ActorRef, now: datetime) -> None:
        """Let the subject know that somebody has it, in the transaction of the acknowledgement."""

    @abstractmethod
    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        """Return these subjects in the active language, those that exist; a fixed number of queries."""


_handlers: dict[str, EscalatedSubject] = {}


def register(kind: str, handler: EscalatedSubject) -> None:
    """Fill one key; a second handler for the same kind is a mistake."""
    if kind in _handlers and type(_handlers[kind]) is not type(handler):
        raise RuntimeError(f"{kind} has two handlers")
    _handlers[kind] = handler


def handler_of_kind(kind: str) -> EscalatedSubject | None:
    """Return the handler; None for a kind that nobody need know about when it is acknowledged."""
    return _handlers.get(kind)
