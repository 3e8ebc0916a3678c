"""What something can be expected about: the rooms above say for each kind of subject what it is.

Filled in `AppConfig.ready()`, one handler for each kind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from liaison.accounts.rights import Privilege

if TYPE_CHECKING:
    from liaison.expectations.answering import Answerer
    from liaison.expectations.models import Expectation


@dataclass(frozen=True)
class Described:
    """A subject for people: what it is called and its page (without a slot)."""

    title: str
    path: str


class ExpectedSubject(ABC):
    """What this room asks about one kind of subject. `sees` and `manages` are what staff need.

    The link to answer without signing in stands in every message about it, or only in those that say it is overdue.
    """

    sees: Privilege
    manages: Privilege
    every_message_has_link: ClassVar[bool] = True

    @abstractmethod
    def lock(self, subject_id: str) -> None:
        """Lock the subject's row: it is always taken before the expectation's, here and where the subject ends."""

    @abstractmethod
    def described(self, subject_ids: Iterable[str]) -> Mapping[str, Described]:
        """Return these subjects in the active language, those that exist; a fixed number of queries."""

    @abstractmethod
    def repeat(self, expectation: Expectation, *, now: datetime) -> None:
        """Announce that the answer is overdue, with `overdue_facts` in the subject's facts."""

    @abstractmethod
    def is_over(self, subject_id: str) -> bool:
        """Say whether nothing can be expected about it any more."""

    def is_quiet(self, subject_id: str) -> bool:
        """Say whether nobody is to be reminded now, for example because its integration is paused."""
        return False

    def goes_on(self, subject_id: str) -> bool:
        """Say whether the trouble is seen to go on, so that *solved* waits until it is seen to be over."""
        return False

    @abstractmethod
    def answered(self, expectation: Expectation, answerer: Answerer, *, now: datetime) -> None:
        """Hear of an answer, in its transaction, with the subject and the expectation locked."""


_handlers: dict[str, ExpectedSubject] = {}


def register(kind: str, handler: ExpectedSubject) -> None:
    """Fill one key; a second handler for the same kind is a mistake."""
    if kind in _handlers and type(_handlers[kind]) is not type(handler):
        raise RuntimeError(f"{kind} has two handlers")
    _handlers[kind] = handler


def handler_of_kind(kind: str) -> ExpectedSubject:
    """Return the handler. Raises KeyError for a kind about which nothing can be expected."""
    return _handlers[kind]


def kinds() -> Mapping[str, ExpectedSubject]:
    """Return the handlers of all kinds."""
    return _handlers


def describe(expectations: Iterable[Expectation]) -> Mapping[tuple[str, str], Described]:
    """Return what these are about, by kind and id, in the active language: a few queries for each kind."""
    wanted: dict[str, set[str]] = {}
    for one in expectations:
        wanted.setdefault(one.subject_kind, set()).add(one.subject_id)
    return {
        (kind, key): found
        for kind, ids in wanted.items()
        if kind in _handlers
        for key, found in _handlers[kind].described(ids).items()
    }
