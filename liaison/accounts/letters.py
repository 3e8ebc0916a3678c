"""The registry of account mails that rooms above send: one typed handler per kind of subject.

The topic *account mail* is one for the whole house: the person addressed gets it, never deferred or bundled. What
such a mail is about, and who it is for, the room knows that has the subject. Filled in `AppConfig.ready()`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from liaison.notifications.facts import Person
from liaison.notifications.registry import Content, Recipient, Subject


class AccountLetter(ABC):
    """What a room tells about its account mails of one kind of subject."""

    @abstractmethod
    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        """Return whom the mail is for, as things are now; nobody when what it was about is gone."""

    @abstractmethod
    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it still makes sense to send."""

    @abstractmethod
    def render(self, subject: Subject, recipient: Recipient) -> Content:
        """Put it into words, in the language and zone that are active; links are made at this moment."""


_letters: dict[str, AccountLetter] = {}


def register(subject_kind: str, letter: AccountLetter) -> None:
    """Fill one key; a second handler for the same kind of subject is a mistake."""
    if subject_kind in _letters and type(_letters[subject_kind]) is not type(letter):
        raise RuntimeError(f"account mails about {subject_kind} have two handlers")
    _letters[subject_kind] = letter


def letter_of(subject_kind: str) -> AccountLetter | None:
    """Return who knows about this kind of subject; None for the kinds of this room."""
    return _letters.get(subject_kind)
