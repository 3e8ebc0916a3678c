"""Who is told, by which channel, when, and why: a pure function of the facts (R1).

Nothing here reads the database, the clock or a setting. The real send and the page "who would be told" both
stand on `plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import mailbox_key
from liaison.notifications.deferral import may_wait, release
from liaison.notifications.facts import (
    PERSONAL_CHANNELS,
    Because,
    Channel,
    Circle,
    Climb,
    Facts,
    Held,
    OpenHours,
    Person,
    Plan,
    Planned,
    Reason,
    TopicFacts,
    Way,
    Withheld,
)

# What is told of an integration's problems below an emergency. Only the subjects of such problems can be paused.
_QUIET_WHILE_PAUSED = frozenset({Topic.PRODUCTION_ALERT, Topic.TECHNICAL_NOTICE})


def plan(facts: Facts) -> Plan:
    """Return everybody the facts mention, told or not, with all reasons, once per address and channel.

    The order is that of the first mention. Whoever stands in several places is told when one of them counts,
    in the language and zone of the first that counts, and as early as the earliest of those. `nobody` lists the topics
    that reach nobody, apart from those that R2 keeps quiet as a whole (sandbox, paused).
    """
    waits = may_wait(facts.topics)
    mentions = [
        _deferred(mention, topic.waits_for) if waits else mention
        for topic in facts.topics
        for mention in _mentions_of(topic, facts)
    ]
    urgent = frozenset(topic.topic for topic in facts.topics if topic.is_urgent)
    planned = [_merge(group, urgent) for group in _by_destination(mentions)]
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
        climbs=tuple(_climbs_of(facts.topics, mentions)),
    )


def destination_of(person: Person, way: Way | None = None) -> str:
    """Return what must not be told twice on one channel: the folded address, else who it is."""
    address = person.address if way is None else way.address
    if not address:
        return f"identity:{person.identity_id}" if person.identity_id is not None else person.key
    return mailbox_key(address) if way is None or way.channel is Channel.EMAIL else address


@dataclass(frozen=True)
class _Mention:
    """One place where one person stands, on one channel."""

    person: Person
    way: Way
    because: Because
    step: int
    at: datetime
    held: tuple[Held, ...] = ()

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
            because = Because(topic.topic, circle.reason, quiet or _obstacle(person, facts))
            yield from _mention(person, because, facts, at=facts.now)
    yield from _ladder_mentions(topic, facts, quiet)
    if facts.is_sandbox:
        for person in topic.listeners:
            because = Because(topic.topic, Reason.ASKED_FOR_SANDBOX, _obstacle(person, facts))
            yield from _mention(person, because, facts, at=facts.now)


def _ladder_mentions(topic: TopicFacts, facts: Facts, quiet: Withheld | None) -> Iterator[_Mention]:
    """Tell the first step that has somebody who can be reached; steps are numbered from 1.

    Each further step that has somebody who stands on none before is one interval later: whoever was called is not
    called again in the same round.
    """
    interval = topic.pace.interval if topic.pace else timedelta()
    steps_with_somebody = 0
    called: frozenset[str] = frozenset()
    for number, step in enumerate(_steps(topic.ladder), start=1):
        later = Withheld.LATER_STEP if steps_with_somebody else None
        for person in step.people:
            because = Because(topic.topic, step.reason, quiet or _obstacle(person, facts) or later)
            yield from _mention(person, because, facts, step=number, at=facts.now + interval * steps_with_somebody)
        reachable = frozenset(destination_of(one) for one in step.people if (quiet or _obstacle(one, facts)) is None)
        steps_with_somebody += not reachable <= called
        called |= reachable


def _climbs_of(topics: tuple[TopicFacts, ...], mentions: list[_Mention]) -> Iterator[Climb]:
    """Name the ladders of which a step is told at once: only one with a pace goes on by itself."""
    for topic in topics:
        steps = {mention.step for mention in mentions if mention.counts and mention.because.topic is topic.topic}
        if topic.pace is not None and max(steps, default=0) > 0:
            yield Climb(topic.topic, max(steps), topic.pace)


def _steps(ladder: tuple[Circle, ...]) -> Iterator[_Step]:
    for circle in ladder:
        if circle.one_by_one:
            yield from (_Step(circle.reason, (person,)) for person in circle.people)
        elif circle.people:
            yield _Step(circle.reason, circle.people)


def _mention(person: Person, because: Because, facts: Facts, *, at: datetime, step: int = 0) -> Iterator[_Mention]:
    for way in person.ways or (Way(Channel.EMAIL, ""),):
        closed = because.withheld is None and _is_closed(way, facts)
        said = replace(because, withheld=Withheld.ONLY_EMERGENCIES) if closed else because
        yield _Mention(person, way, said, step, at)


def _deferred(mention: _Mention, waits_for: OpenHours | None) -> _Mention:
    """Let what counts wait for the account's hours, and on personal channels until the reader's quiet hours end."""
    if not mention.counts:
        return mention
    quiet_hours = mention.person.quiet_hours if mention.way.channel in PERSONAL_CHANNELS else ()
    if waits_for is None and not quiet_hours:
        return mention
    going = release(mention.at, waits_for, quiet_hours)
    return replace(mention, at=going.at, held=going.held)


def _kept_quiet(topic: TopicFacts, facts: Facts) -> Withheld | None:
    """Say what keeps a whole topic from its people (R2). An emergency is told while paused (invariant 3)."""
    if facts.is_sandbox:
        return Withheld.SANDBOX if topic.of_record else None
    if facts.is_paused and topic.topic in _QUIET_WHILE_PAUSED:
        return Withheld.PAUSED
    return None


def _obstacle(person: Person, facts: Facts) -> Withheld | None:
    if person.blocked is not None:
        return person.blocked
    if not person.ways:
        return Withheld.NO_ADDRESS
    return Withheld.ONLY_EMERGENCIES if all(_is_closed(way, facts) for way in person.ways) else None


def _is_closed(way: Way, facts: Facts) -> bool:
    """Say whether a way is kept for emergencies, and this is none: nothing of it is urgent."""
    return way.only_emergencies and may_wait(facts.topics)


def _by_destination(mentions: Iterable[_Mention]) -> Iterable[list[_Mention]]:
    groups: dict[tuple[str, Channel], list[_Mention]] = {}
    for mention in mentions:
        place = (destination_of(mention.person, mention.way), mention.way.channel)
        groups.setdefault(place, []).append(mention)
    return groups.values()


def _merge(mentions: list[_Mention], urgent: frozenset[Topic]) -> Planned:
    counting = [mention for mention in mentions if mention.counts]
    shown = counting or mentions
    people = tuple(dict.fromkeys(mention.person for mention in shown))
    earliest = min(shown, key=lambda mention: mention.at)
    return Planned(
        person=people[0],
        channel=mentions[0].way.channel,
        address=shown[0].way.address,
        because=_reasons(mentions),
        at=earliest.at,
        step=max(mention.step for mention in counting) if counting else mentions[0].step,
        withheld=None if counting else mentions[0].because.withheld,
        sharing=people[1:] if counting else (),
        held=earliest.held,
        is_urgent=any(mention.because.topic in urgent for mention in counting),
    )


def _reasons(mentions: list[_Mention]) -> tuple[Because, ...]:
    """Name each topic and place once; of two standings in one place, name the one that counts."""
    found: dict[tuple[Topic, Reason], Because] = {}
    for mention in mentions:
        place = (mention.because.topic, mention.because.reason)
        if place not in found or (found[place].withheld is not None and mention.counts):
            found[place] = mention.because
    return tuple(found.values())
