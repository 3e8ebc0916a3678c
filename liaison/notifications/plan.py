"""Who is told, by which channel, when, and why: a pure function of the facts (R1).

Nothing here reads the database, the clock or a setting. The real send and the page "who would be told" both
stand on `plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import mailbox_key
from liaison.notifications.facts import (
    Because,
    Channel,
    Circle,
    Facts,
    Person,
    Plan,
    Planned,
    Reason,
    TopicFacts,
    Withheld,
)


def plan(facts: Facts) -> Plan:
    """Return everybody the facts mention, told or not, with all reasons, once per address and channel.

    The order is that of the first mention. Whoever stands in several places is told when one of them counts,
    in the language and zone of the first that counts. `nobody` lists the topics that reach nobody, apart from
    those that R2 keeps quiet as a whole (sandbox, paused).
    """
    mentions = [mention for topic in facts.topics for mention in _mentions_of(topic, facts)]
    planned = [_merge(group, facts.now) for group in _by_destination(mentions)]
    reached = {mention.because.topic for mention in mentions if mention.counts}
    return Plan(
        told=tuple(one for one in planned if one.withheld is None),
        not_told=tuple(one for one in planned if one.withheld is not None),
        nobody=tuple(
            dict.fromkeys(
                topic.topic
                for topic in facts.topics
                if topic.topic not in reached and _kept_quiet(topic, facts) is None
            )
        ),
    )


def destination_of(person: Person) -> str:
    """Return what must not be told twice on one channel: the folded address, else who it is."""
    if person.address:
        return mailbox_key(person.address)
    return f"identity:{person.identity_id}" if person.identity_id is not None else person.key


@dataclass(frozen=True)
class _Mention:
    """One place where one person stands, on one channel."""

    person: Person
    channel: Channel
    because: Because
    step: int

    @property
    def counts(self) -> bool:
        return self.because.withheld is None


@dataclass(frozen=True)
class _Step:
    """People of a ladder who are told together."""

    reason: Reason
    people: tuple[Person, ...]


def _mentions_of(topic: TopicFacts, facts: Facts) -> Iterator[_Mention]:
    quiet = _kept_quiet(topic, facts)
    for circle in topic.everyone:
        for person in circle.people:
            yield from _mention(topic.topic, circle.reason, person, withheld=quiet or _obstacle(person))
    yield from _ladder_mentions(topic, quiet)
    if facts.is_sandbox:
        for person in topic.listeners:
            yield from _mention(topic.topic, Reason.ASKED_FOR_SANDBOX, person, withheld=_obstacle(person))


def _ladder_mentions(topic: TopicFacts, quiet: Withheld | None) -> Iterator[_Mention]:
    """Tell the first step that has somebody who can be reached; steps are numbered from 1."""
    somebody_told = False
    for number, step in enumerate(_steps(topic.ladder), start=1):
        later = Withheld.LATER_STEP if somebody_told else None
        for person in step.people:
            withheld = quiet or _obstacle(person) or later
            somebody_told = somebody_told or withheld is None
            yield from _mention(topic.topic, step.reason, person, withheld=withheld, step=number)


def _steps(ladder: tuple[Circle, ...]) -> Iterator[_Step]:
    for circle in ladder:
        if circle.one_by_one:
            yield from (_Step(circle.reason, (person,)) for person in circle.people)
        elif circle.people:
            yield _Step(circle.reason, circle.people)


def _mention(
    topic: Topic, reason: Reason, person: Person, *, withheld: Withheld | None, step: int = 0
) -> Iterator[_Mention]:
    for channel in person.channels or (Channel.EMAIL,):
        yield _Mention(person, channel, Because(topic, reason, withheld), step)


def _kept_quiet(topic: TopicFacts, facts: Facts) -> Withheld | None:
    """Say what keeps a whole topic from its people (R2). An emergency is told while paused (invariant 3)."""
    if facts.is_sandbox:
        return Withheld.SANDBOX if topic.of_record else None
    if facts.is_paused and topic.topic is Topic.PRODUCTION_ALERT:
        return Withheld.PAUSED
    return None


def _obstacle(person: Person) -> Withheld | None:
    if person.blocked is not None:
        return person.blocked
    return None if person.address and person.channels else Withheld.NO_ADDRESS


def _by_destination(mentions: Iterable[_Mention]) -> Iterable[list[_Mention]]:
    groups: dict[tuple[str, Channel], list[_Mention]] = {}
    for mention in mentions:
        groups.setdefault((destination_of(mention.person), mention.channel), []).append(mention)
    return groups.values()


def _merge(mentions: list[_Mention], now: datetime) -> Planned:
    counting = [mention for mention in mentions if mention.counts]
    shown = counting or mentions
    people = tuple(dict.fromkeys(mention.person for mention in shown))
    return Planned(
        person=people[0],
        channel=mentions[0].channel,
        because=_reasons(mentions),
        at=now,
        step=max(mention.step for mention in counting) if counting else mentions[0].step,
        withheld=None if counting else mentions[0].because.withheld,
        sharing=people[1:] if counting else (),
    )


def _reasons(mentions: list[_Mention]) -> tuple[Because, ...]:
    """Name each topic and place once; of two standings in one place, name the one that counts."""
    found: dict[tuple[Topic, Reason], Because] = {}
    for mention in mentions:
        place = (mention.because.topic, mention.because.reason)
        if place not in found or (found[place].withheld is not None and mention.counts):
            found[place] = mention.because
    return tuple(found.values())
