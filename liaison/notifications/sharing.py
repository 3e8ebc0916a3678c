"""A topic that several rooms raise: each room answers for the kinds of subject that are its own."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime

from liaison.catalog.vocabulary import Topic
from liaison.notifications.facts import TopicFacts
from liaison.notifications.registry import (
    Circumstances,
    Content,
    Headline,
    Recipient,
    Subject,
    TopicHandler,
    find_handler,
    register,
)


class SharedTopic(TopicHandler):
    """Asks the handler of the subject's kind. Raises KeyError for a kind that no room answers for."""

    def __init__(self, handlers: Mapping[str, TopicHandler]) -> None:
        self._handlers = dict(handlers)

    def add(self, kind: str, handler: TopicHandler) -> None:
        """Let one more handler answer for a kind; a second one for the same kind is a mistake."""
        if kind in self._handlers and type(self._handlers[kind]) is not type(handler):
            raise RuntimeError(f"{kind} has two handlers")
        self._handlers[kind] = handler

    def circumstances(self, subject: Subject) -> Circumstances:
        return self._of(subject).circumstances(subject)

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        return self._of(subject).gather(subject, now)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        return self._of(subject).may_receive(subject, recipient)

    def still_relevant(self, subject: Subject) -> bool:
        return self._of(subject).still_relevant(subject)

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        return self._of(subject).render(subject, recipient)

    def headline(self, subject: Subject, recipient: Recipient) -> Headline:
        return self._of(subject).headline(subject, recipient)

    def audiences(self, subjects: Sequence[Subject]) -> Sequence[Hashable | None]:
        """Ask each kind's handler for its own subjects; answers of two kinds never mean the same audience."""
        found: list[Hashable | None] = [None] * len(subjects)
        for kind, places in _by_kind(subjects).items():
            answers = self._handlers[kind].audiences([subjects[place] for place in places])
            for place, answer in zip(places, answers, strict=True):
                found[place] = None if answer is None else (kind, answer)
        return found

    def preloaded(self, subjects: Sequence[Subject]) -> TopicHandler:
        read = {
            kind: self._handlers[kind].preloaded([subjects[place] for place in places])
            for kind, places in _by_kind(subjects).items()
        }
        return SharedTopic(self._handlers | read)

    def _of(self, subject: Subject) -> TopicHandler:
        return self._handlers[subject.kind]


def register_kinds(topic: Topic, kinds: Sequence[str], handler: TopicHandler) -> None:
    """Let `handler` answer for a topic where the subject is one of `kinds`; other rooms answer for theirs."""
    shared = find_handler(topic)
    if shared is None:
        shared = SharedTopic({})
        register(topic, shared)
    if not isinstance(shared, SharedTopic):
        raise RuntimeError(f"{topic} belongs to one room alone")  # noqa: TRY004  # a mistake of wiring, not of a type
    for kind in kinds:
        shared.add(kind, handler)


def _by_kind(subjects: Sequence[Subject]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, subject in enumerate(subjects):
        places.setdefault(subject.kind, []).append(place)
    return places
