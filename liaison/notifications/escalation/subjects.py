"""What can be escalated: the rooms above say for each kind of subject what it is, and what acknowledging means.

Filled in `AppConfig.ready()`, one handler for each kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from liaison.audit.actions import ActorRef
    from liaison.notifications.escalation.acknowledging import Bearer


@dataclass(frozen=True)
class Described:
    """A subject for people: what it is called, whose it is, since when, and its page (without a slot)."""

    title: str
    account_name: str
    since: datetime
    path: str


class EscalatedSubject(ABC):
    """What the escalations ask about one kind of subject.

    Of one that `is_drill` nothing is wrong: it stands in no list of what waits for somebody. One that `is_for_staff`
    is the operator's own matter: the account's people neither see nor take it.
    """

    is_drill: ClassVar[bool] = False
    is_for_staff: ClassVar[bool] = False

    @abstractmethod
    def lock(self, subject_id: str) -> None:
        """Lock the subject's row: it is always taken before the escalation's, here and where it is resolved."""

    def answered(self, subject_id: str, *, bearer: Bearer, now: datetime) -> bool:
        """Hear of every answer, also of those after the first; say whether the first one stops the calling.

        Called in the transaction of the answer, with the subject locked. Raises a Refusal for an answer that does
        not count.
        """
        return True

    def answer_path(self, token: str) -> str:
        """Return the path of the page on which the reader of a message answers; empty for the usual one."""
        return ""

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


def kinds_of_drills() -> frozenset[str]:
    """Return the kinds of subjects of which nothing is wrong."""
    return frozenset(kind for kind, handler in _handlers.items() if handler.is_drill)


def kinds_for_staff() -> frozenset[str]:
    """Return the kinds of subjects that are the operator's own matter."""
    return frozenset(kind for kind, handler in _handlers.items() if handler.is_for_staff)
