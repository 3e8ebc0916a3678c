"""The verdict on a round. Pure: promises and dots in, findings out; neither the clock nor the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from faults.ledger import Dot, Promise

MOST_IN_FLIGHT = 20
"""How many messages one worker's death may repeat (invariant 1)."""
MOST_DOTS = 2
"""How often a message may come to its end without a definite no (invariant 1)."""

Owed = tuple[str, str]
"""A token and a recipient."""


@dataclass(frozen=True)
class Allowance:
    """What the fault may cost. `crashes` counts processes that were killed or stopped past their lease.

    `refused` is what the sink refuses for good, or what was given up after two crashes: it must not arrive any more,
    and staff must see that it failed.
    """

    crashes: int = 0
    refused: frozenset[Owed] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What is wrong, by kind; `repeats` maps a Message-ID to how often it was accepted beyond the first time."""

    owed: int
    accepted: int
    lost: tuple[Owed, ...]
    repeats: dict[str, int]
    allowed_repeats: int
    worst_delay: float
    problems: tuple[str, ...] = field(default=())

    @property
    def repeated(self) -> int:
        return sum(self.repeats.values())

    @property
    def is_good(self) -> bool:
        return not self.lost and self.repeated <= self.allowed_repeats and not self.problems


def judge(promises: Sequence[Promise], dots: Iterable[Dot], allowance: Allowance) -> Judgement:
    """Compare what was promised with what arrived."""
    tokens = {promise.token for promise in promises}
    arrived = [dot for dot in dots if dot.token in tokens]
    accepted = [dot for dot in arrived if dot.is_accepted]
    by_owed: dict[Owed, list[Dot]] = defaultdict(list)
    for dot in accepted:
        by_owed[dot.token, dot.to].append(dot)
    times = Counter(dot.message_id for dot in accepted)
    owed = {(promise.token, to): promise for promise in promises for to in promise.recipients}
    due = {key: promise for key, promise in owed.items() if key not in allowance.refused}
    return Judgement(
        owed=sum(promise.messages for promise in due.values()),
        accepted=len(accepted),
        lost=tuple(_lost(due, by_owed)),
        repeats={message_id: count - 1 for message_id, count in times.items() if count > 1},
        allowed_repeats=MOST_IN_FLIGHT * allowance.crashes + sum(dot.is_answer_lost for dot in accepted),
        worst_delay=_worst_delay(due, by_owed),
        problems=(
            *_strangers(owed, by_owed),
            *_different_ids(owed, by_owed),
            *_too_many_dots(arrived),
            *_after_a_refusal(allowance.refused, by_owed),
        ),
    )


def missing(promises: Sequence[Promise], dots: Iterable[Dot], allowance: Allowance) -> int:
    """Return how many owed messages have not arrived yet."""
    return len(judge(promises, dots, allowance).lost)


def _lost(due: dict[Owed, Promise], by_owed: dict[Owed, list[Dot]]) -> Iterable[Owed]:
    for key, promise in due.items():
        found = len({dot.message_id for dot in by_owed.get(key, ())})
        yield from [key] * max(0, promise.messages - found)


def _worst_delay(due: dict[Owed, Promise], by_owed: dict[Owed, list[Dot]]) -> float:
    firsts = [(min(dot.at for dot in by_owed[key]), promise) for key, promise in due.items() if key in by_owed]
    return max((at - promise.accepted_at for at, promise in firsts), default=0.0)


def _strangers(owed: dict[Owed, Promise], by_owed: dict[Owed, list[Dot]]) -> Iterable[str]:
    for token, to in by_owed:
        if (token, to) not in owed:
            yield f"{to} got {token} and was owed nothing"


def _different_ids(owed: dict[Owed, Promise], by_owed: dict[Owed, list[Dot]]) -> Iterable[str]:
    for (token, to), found in by_owed.items():
        ids = {dot.message_id for dot in found}
        promise = owed.get((token, to))
        if promise is not None and len(ids) > promise.messages:
            yield f"{to} got {token} under {len(ids)} Message-IDs, {promise.messages} owed"


def _too_many_dots(arrived: Iterable[Dot]) -> Iterable[str]:
    open_dots = Counter(dot.message_id for dot in arrived if not dot.is_refused)
    for message_id, count in open_dots.items():
        if count > MOST_DOTS:
            yield f"{message_id} came to its end {count} times without a definite no"


def _after_a_refusal(refused: frozenset[Owed], by_owed: dict[Owed, list[Dot]]) -> Iterable[str]:
    for token, to in refused & set(by_owed):
        yield f"{to} got {token} although it was refused for good"
