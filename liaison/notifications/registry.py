"""The topics registry: the one place where the engine asks upwards.

Filled in `AppConfig.ready()`, checked at boot.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import TopicFacts


@dataclass(frozen=True)
class Subject:
    """What an announcement is about. `facts` are JSON values that the handler itself put there, never words.

    `id` is empty for a hypothetical subject, as the page "who would be told" asks for one.
    """

    kind: str
    id: str
    account_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Circumstances:
    """What holds for the subject now, whatever the topic."""

    is_sandbox: bool = False
    is_paused: bool = False


@dataclass(frozen=True)
class Content:
    """What a message says: a template of the handler's room and what it needs, in the reader's language.

    `<template>.html` and `<template>.txt` extend the mail frame of this room; `subject` is already in the
    reader's language, because `render` is called inside `translation.override` and `timezone.override`.
    `is_confidential` keeps the body off every page, and lets it go to a person's own mailbox alone (links that sign
    somebody in); with `on_any_channel` to their other channels too, where the link gives no right but to answer.

    A `form` names a shape that many messages share: two contents of one handler with the same template and form
    differ, in one language, in nothing but `slots`, subject and reader. The mail is then laid out once, with a
    gap for each slot, and the slots' words are set into its bytes. The template sees a slot under its name.

    `data` are the facts for programs that read the message, JSON values and moments; its `type` names what happened.
    `answer_to` is the bare address that answers to a mail go to, empty for the sender's. `thread` is a Message-ID with
    its angle brackets that mails about the same thing answer to, so that mail programs keep them together.
    `unsubscribe` is the address of a page where the reader ends such mail, which a mail program may post to by itself
    (RFC 8058). Both are empty where there is none, and ASCII.
    """

    subject: str
    template: str
    context: Mapping[str, Any]
    is_confidential: bool = False
    on_any_channel: bool = False
    form: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    answer_to: str = ""
    thread: str = ""
    unsubscribe: str = ""

    @property
    def goes_by_mail_alone(self) -> bool:
        return self.is_confidential and not self.on_any_channel


@dataclass(frozen=True)
class Headline:
    """One line of a bundle: what happened, where it is shown, and where all of its kind are listed.

    `thread` and `unsubscribe` (from the narrowest to the widest) are what the whole bundle has where all lines agree.
    """

    words: str
    link: str = ""
    list_link: str = ""
    is_confidential: bool = False
    thread: str = ""
    unsubscribe: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipient:
    """To whom a delivery goes, as it was planned. `address` is where on its channel, `delivery` its public id."""

    key: str
    identity_id: int | None
    address: str
    name: str
    language: str
    time_zone: str
    reasons: tuple[str, ...]
    delivery: str = ""


class TopicHandler(ABC):
    """What a room tells the engine about one topic."""

    @abstractmethod
    def circumstances(self, subject: Subject) -> Circumstances:
        """Say whether the subject is in the sandbox and whether its integration is paused."""

    @abstractmethod
    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        """Read who stands where; the only step that reads the database."""

    @abstractmethod
    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Decide again, at the moment of sending, whether the recipient may read this (invariant 2)."""

    @abstractmethod
    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it still makes sense to send."""

    @abstractmethod
    def render(self, subject: Subject, recipient: Recipient) -> Content:
        """Put it into words, in the language and zone that are active."""

    def headline(self, subject: Subject, recipient: Recipient) -> Headline:
        """Say the same in one line, for a message that says many things. A link that signs somebody in has no place."""
        content = self.render(subject, recipient)
        link = content.slots.get("link") or content.context.get("link") or ""
        return Headline(
            words=content.subject,
            link="" if content.is_confidential else str(link),
            is_confidential=content.is_confidential,
        )

    def audiences(self, subjects: Sequence[Subject]) -> Sequence[Hashable | None]:
        """Name who hears of each subject: those with the same answer have the same plan. None: only itself."""
        return [None] * len(subjects)

    def preloaded(self, subjects: Sequence[Subject]) -> TopicHandler:
        """Return a handler for one batch that has read what these subjects need, in few queries.

        It answers `may_receive`, `still_relevant` and `render` as this one would now. It is used at once, and
        forgotten: rights are those of the moment of sending.
        """
        return self


_handlers: dict[Topic, TopicHandler] = {}


def register(topic: Topic, handler: TopicHandler) -> None:
    """Fill one key; a second handler for the same topic is a mistake."""
    if topic in _handlers and type(_handlers[topic]) is not type(handler):
        raise RuntimeError(f"{topic} has two handlers")
    _handlers[topic] = handler


def handler_of(topic: Topic) -> TopicHandler:
    return _handlers[topic]


def find_handler(topic: Topic) -> TopicHandler | None:
    """Return the topic's handler, None where nobody has registered one yet."""
    return _handlers.get(topic)


def registered_topics() -> frozenset[Topic]:
    return frozenset(_handlers)
