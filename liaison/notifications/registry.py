"""The topics registry: the one place where the engine asks upwards.

Filled in `AppConfig.ready()`, checked at boot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

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
    `is_confidential` keeps the body off every page (links that sign somebody in).
    """

    subject: str
    template: str
    context: Mapping[str, Any]
    is_confidential: bool = False


@dataclass(frozen=True)
class Recipient:
    """To whom a delivery goes, as it was planned."""

    key: str
    identity_id: int | None
    address: str
    name: str
    language: str
    time_zone: str
    reasons: tuple[str, ...]


class TopicHandler(Protocol):
    """What a room tells the engine about one topic."""

    def circumstances(self, subject: Subject) -> Circumstances:
        """Say whether the subject is in the sandbox and whether its integration is paused."""

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        """Read who stands where; the only step that reads the database."""

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        """Decide again, at the moment of sending, whether the recipient may read this (invariant 2)."""

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it still makes sense to send."""

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        """Put it into words, in the language and zone that are active."""


_handlers: dict[Topic, TopicHandler] = {}


def register(topic: Topic, handler: TopicHandler) -> None:
    """Fill one key; a second handler for the same topic is a mistake."""
    if topic in _handlers and type(_handlers[topic]) is not type(handler):
        raise RuntimeError(f"{topic} has two handlers")
    _handlers[topic] = handler


def handler_of(topic: Topic) -> TopicHandler:
    return _handlers[topic]


def registered_topics() -> frozenset[Topic]:
    return frozenset(_handlers)
