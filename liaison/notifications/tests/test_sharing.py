"""A topic that two rooms raise is answered by the room whose subject it is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from liaison.catalog.vocabulary import Topic
from liaison.notifications import registry
from liaison.notifications.facts import TopicFacts
from liaison.notifications.registry import Circumstances, Content, Recipient, Subject, TopicHandler
from liaison.notifications.sharing import SharedTopic, register_kinds


class _Room(TopicHandler):
    def __init__(self, name: str) -> None:
        self.name = name
        self.read: list[str] = []

    def circumstances(self, subject: Subject) -> Circumstances:
        return Circumstances(is_sandbox=self.name == "second")

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        return TopicFacts(topic=Topic.MAINTENANCE)

    def may_receive(self, subject: Subject, recipient: Recipient) -> bool:
        return self.name == "first"

    def still_relevant(self, subject: Subject) -> bool:
        return self.name == "second"

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        return Content(self.name, "", {})

    def audiences(self, subjects: Sequence[Subject]) -> Sequence[Hashable | None]:
        return [None if subject.id == "alone" else "everybody" for subject in subjects]

    def preloaded(self, subjects: Sequence[Subject]) -> TopicHandler:
        self.read = [subject.id for subject in subjects]
        return self


class _Other(_Room):
    pass


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[_Room, _Room]]:
    monkeypatch.setattr(registry, "_handlers", {})
    first, second = _Room("first"), _Other("second")
    register_kinds(Topic.MAINTENANCE, ("a",), first)
    register_kinds(Topic.MAINTENANCE, ("b", "c"), second)
    return iter(((first, second),))


def test_it_asks_the_room_of_the_subject(shared: Iterator[tuple[_Room, _Room]]) -> None:
    reader = Recipient("", None, "", "", "en", "UTC", ())
    handler = registry.handler_of(Topic.MAINTENANCE)
    a, b = Subject("a", "1"), Subject("b", "2")
    assert (handler.circumstances(a).is_sandbox, handler.circumstances(b).is_sandbox) == (False, True)
    assert (handler.may_receive(a, reader), handler.may_receive(b, reader)) == (True, False)
    assert (handler.still_relevant(a), handler.still_relevant(b)) == (False, True)
    assert [handler.headline(one, reader).words for one in (a, b)] == ["first", "second"]
    assert handler.gather(a, datetime(2026, 1, 1, tzinfo=UTC)).topic == Topic.MAINTENANCE


def test_audiences_of_two_rooms_are_never_the_same(shared: Iterator[tuple[_Room, _Room]]) -> None:
    subjects = [Subject("a", "1"), Subject("b", "2"), Subject("a", "alone"), Subject("a", "3")]
    first, second, alone, third = registry.handler_of(Topic.MAINTENANCE).audiences(subjects)
    assert first == third
    assert first != second
    assert alone is None


def test_each_room_reads_its_own_subjects_at_once(shared: Iterator[tuple[_Room, _Room]]) -> None:
    rooms = next(shared)
    registry.handler_of(Topic.MAINTENANCE).preloaded([Subject("a", "1"), Subject("c", "2"), Subject("a", "3")])
    assert [room.read for room in rooms] == [["1", "3"], ["2"]]


def test_a_kind_that_nobody_answers_for_is_a_mistake(shared: Iterator[tuple[_Room, _Room]]) -> None:
    with pytest.raises(KeyError):
        registry.handler_of(Topic.MAINTENANCE).still_relevant(Subject("d", "1"))


def test_a_kind_with_two_rooms_is_a_mistake(shared: Iterator[tuple[_Room, _Room]]) -> None:
    with pytest.raises(RuntimeError):
        register_kinds(Topic.MAINTENANCE, ("a",), _Other("third"))


def test_a_topic_that_belongs_to_one_room_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_handlers", {Topic.MAINTENANCE: _Room("alone")})
    with pytest.raises(RuntimeError):
        register_kinds(Topic.MAINTENANCE, ("a",), SharedTopic({}))
