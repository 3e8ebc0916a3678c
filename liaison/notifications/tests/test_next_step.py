"""Section R, escalation: the next step is a pure function of the history and now, walked minute by minute."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.notifications.escalation.next_step import (
    History,
    Ladder,
    Move,
    Stop,
    Take,
    Taken,
    Wait,
    next_step,
)
from liaison.notifications.facts import Pace
from liaison.notifications.models.escalations import EscalationState

START = datetime(2026, 11, 5, 13, 0, tzinfo=UTC)
USUAL = Pace(timedelta(minutes=5), rounds=3)
MINUTE = timedelta(minutes=1)


def history(*taken: tuple[int, int, datetime], **more: object) -> History:
    return History(tuple(Taken(*one) for one in taken), **more)  # type: ignore[arg-type]  # the test names fields


@dataclass
class Escalated:
    """An escalation kept outside the function, as the database keeps it: what is here survives a crash.

    `ladder` are the people by step; whoever is in `unreachable` fails at once.
    """

    ladder: dict[int, frozenset[str]]
    pace: Pace = USUAL
    unreachable: frozenset[str] = frozenset()
    taken: tuple[Taken, ...] = ()
    told: tuple[tuple[datetime, frozenset[str]], ...] = ()
    ended: EscalationState | None = None
    moves: list[Move] = field(default_factory=list)

    def tick(self, now: datetime) -> Move:
        """Do as `climbing` does: decide, and write everything of one step at once."""
        move = next_step(self._history(), self.pace, self._standing(), now)
        if isinstance(move, Take):
            people = self._left(move.step) if self._is_this_round(move) else self.ladder[move.step]
            self.taken = (*self.taken, Taken(move.round, move.step, now))
            self.told = (*self.told, (now, people))
        elif isinstance(move, Stop):
            self.ended = move.state
        self.moves.append(move)
        return move

    def _history(self) -> History:
        last = self.told[-1][1] if self.told else frozenset()
        return History(self.taken, self.ended, is_in_vain=bool(last) and last <= self.unreachable)

    def _standing(self) -> Ladder:
        left = [step for step in self.ladder if self._left(step)]
        anybody = [step for step, people in self.ladder.items() if people]
        return Ladder(min(left, default=None), min(anybody, default=None))

    def _left(self, step: int) -> frozenset[str]:
        current = self.taken[-1].round if self.taken else 0
        tried = [people for one, (_, people) in zip(self.taken, self.told, strict=True) if one.round == current]
        return self.ladder[step] - frozenset().union(*tried)

    def _is_this_round(self, move: Take) -> bool:
        return not self.taken or move.round == self.taken[-1].round


def usual_ladder() -> dict[int, frozenset[str]]:
    names = {1: "anna", 2: "bruno", 3: "administrators", 4: "manager", 5: "operator"}
    return {step: frozenset({name}) for step, name in names.items()}


def walk(one: Escalated, start: datetime, minutes: int) -> list[tuple[int, int, int]]:
    """Tick once a minute; return the minute, the round and the step of each step taken."""
    for minute in range(minutes):
        one.tick(start + minute * MINUTE)
    return [(round((taken.at - start) / MINUTE), taken.round, taken.step) for taken in one.taken]


def test_the_whole_ladder_is_climbed_three_times_five_minutes_apart_and_then_it_is_exhausted() -> None:
    one = Escalated(usual_ladder())
    expected = [(5 * number, number // 5, number % 5 + 1) for number in range(15)]
    assert walk(one, START, 75) == expected
    assert one.ended is None
    assert one.tick(START + 75 * MINUTE) == Stop(EscalationState.EXHAUSTED)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Rome", datetime(2026, 3, 29, 0, 30)),  # noqa: DTZ001  # local, the zone stands beside it
        ("Europe/Rome", datetime(2026, 10, 25, 0, 30)),  # noqa: DTZ001
        ("America/New_York", datetime(2026, 3, 8, 0, 30)),  # noqa: DTZ001
        ("America/New_York", datetime(2026, 11, 1, 0, 30)),  # noqa: DTZ001
    ],
)
def test_a_change_of_the_clocks_moves_nothing(zone: str, local: datetime) -> None:
    """Walked for four hours across the hour that does not exist, or that exists twice."""
    start = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    one = Escalated(usual_ladder(), Pace(timedelta(minutes=15), rounds=3))
    assert walk(one, start, 240) == [(15 * number, number // 5, number % 5 + 1) for number in range(15)]
    assert one.ended is EscalationState.EXHAUSTED
    offsets = {taken.at.astimezone(ZoneInfo(zone)).utcoffset() for taken in one.taken}
    assert len(offsets) == 2, "the walk crosses the change"


def test_nobody_is_called_after_somebody_has_it_or_it_is_over() -> None:
    for ended in (EscalationState.ACKNOWLEDGED, EscalationState.RESOLVED, EscalationState.EXHAUSTED):
        one = Escalated(usual_ladder())
        walk(one, START, 7)
        one.ended = ended
        assert [(taken.round, taken.step) for taken in one.taken] == [(0, 1), (0, 2)]
        walk(one, START + 7 * MINUTE, 200)
        assert len(one.taken) == 2
        assert one.moves[-1] == Stop(ended)


def test_a_late_tick_takes_one_step_and_gives_these_people_their_full_time() -> None:
    """The database was away for twenty minutes: four steps were missed, and one is taken."""
    one = Escalated(usual_ladder())
    one.tick(START)
    assert one.tick(START + 25 * MINUTE).__class__ is Take
    assert one.tick(START + 25 * MINUTE) == Wait(START + 30 * MINUTE)
    assert one.tick(START + 30 * MINUTE) == Take(0, 3, one.moves[1].because)  # type: ignore[union-attr]  # a Take


def test_a_step_that_reached_nobody_costs_no_time() -> None:
    one = Escalated(usual_ladder(), unreachable=frozenset({"anna", "bruno"}))
    assert [one.tick(START) for _ in range(4)][-1] == Wait(START + 5 * MINUTE)
    assert [taken.step for taken in one.taken] == [1, 2, 3]
    assert [move.because for move in one.moves if isinstance(move, Take)] == [
        "began",
        "nobody_reached",
        "nobody_reached",
    ]


def test_a_round_in_vain_is_not_repeated_before_its_time() -> None:
    """The same addresses would refuse again within the second."""
    everybody = frozenset().union(*usual_ladder().values())
    one = Escalated(usual_ladder(), unreachable=everybody)
    for _ in range(10):
        one.tick(START)
    assert [taken.step for taken in one.taken] == [1, 2, 3, 4, 5]
    assert one.moves[-1] == Wait(START + 5 * MINUTE)
    assert one.tick(START + 5 * MINUTE) == Take(1, 1, "nobody_reached")  # type: ignore[arg-type]  # its value


def test_who_is_put_before_the_others_meanwhile_is_called_next() -> None:
    """Changes of the contact record count at once."""
    one = Escalated(usual_ladder())
    one.tick(START)
    one.ladder = {1: frozenset({"new"}), **{step + 1: people for step, people in usual_ladder().items()}}
    one.tick(START + 5 * MINUTE)
    assert one.told[-1][1] == {"new"}


def test_when_an_entry_is_removed_nobody_behind_it_is_left_out() -> None:
    one = Escalated(usual_ladder())
    one.tick(START)
    one.ladder = {step - 1: people for step, people in usual_ladder().items() if step > 1}
    one.tick(START + 5 * MINUTE)
    assert one.told[-1][1] == {"bruno"}


def test_who_stands_on_two_steps_is_not_called_twice_in_a_round() -> None:
    one = Escalated({1: frozenset({"owner"}), 2: frozenset({"owner"}), 3: frozenset({"owner", "carla"})})
    walk(one, START, 11)
    assert [people for _, people in one.told] == [{"owner"}, {"carla"}, {"owner"}]


def test_a_ladder_that_lost_everybody_is_exhausted_when_its_time_is_over() -> None:
    one = Escalated(usual_ladder())
    one.tick(START)
    one.ladder = {}
    assert one.tick(START + 4 * MINUTE) == Wait(START + 5 * MINUTE)
    assert one.tick(START + 5 * MINUTE) == Stop(EscalationState.EXHAUSTED)


def test_a_crash_before_the_write_repeats_nothing_and_one_after_it_forgets_nothing() -> None:
    """What is decided and not written is decided again; what is written is not decided again."""
    steady, crashing = Escalated(usual_ladder()), Escalated(usual_ladder())
    for minute in range(80):
        now = START + minute * MINUTE
        steady.tick(now)
        lost = replace(crashing, moves=[])  # decides, and dies before its transaction commits
        lost.tick(now)
        crashing.tick(now)
        crashing = replace(crashing, moves=[])  # commits, dies, and another process reads what is kept
        crashing.tick(now)
    assert [(one.round, one.step) for one in crashing.taken] == [(one.round, one.step) for one in steady.taken]
    assert [one.at for one in crashing.taken] == [one.at for one in steady.taken]


# Properties.

NAMES = st.sampled_from(["anna", "bruno", "carla", "dora", "emil"])
LADDERS = st.lists(st.frozensets(NAMES, max_size=3), max_size=6).map(
    lambda steps: {number: people for number, people in enumerate(steps, start=1) if people}
)
PACES = st.builds(Pace, st.integers(1, 60).map(lambda minutes: timedelta(minutes=minutes)), st.integers(1, 10))
PAUSES = st.lists(st.integers(60, 5000).map(lambda seconds: timedelta(seconds=seconds)), min_size=1, max_size=60)


@settings(deadline=None)
@given(ladder=LADDERS, pace=PACES, pauses=PAUSES, unreachable=st.frozensets(NAMES, max_size=3))
def test_everybody_who_can_be_reached_is_called_before_it_is_exhausted(
    ladder: dict[int, frozenset[str]], pace: Pace, pauses: list[timedelta], unreachable: frozenset[str]
) -> None:
    one, now = Escalated(ladder, pace, unreachable), START
    while one.ended is None:
        for pause in pauses:
            one.tick(now)
            now += pause
    assert one.ended is EscalationState.EXHAUSTED
    for number in range(pace.rounds if ladder else 0):
        called = [people for taken, (_, people) in zip(one.taken, one.told, strict=True) if taken.round == number]
        assert frozenset().union(*called) == frozenset().union(*ladder.values())
        assert len(called) == len(set(called)), "nobody is called twice in a round"


@given(ladder=LADDERS, pace=PACES, pauses=PAUSES, unreachable=st.frozensets(NAMES, max_size=3))
def test_steps_come_one_at_a_time_in_order_and_each_has_its_full_time(
    ladder: dict[int, frozenset[str]], pace: Pace, pauses: list[timedelta], unreachable: frozenset[str]
) -> None:
    one, now = Escalated(ladder, pace, unreachable), START
    for pause in pauses:
        before = len(one.taken)
        one.tick(now)
        assert len(one.taken) - before <= 1
        now += pause
    for earlier, later, (_, people) in zip(one.taken, one.taken[1:], one.told, strict=False):
        assert (later.round, later.step) > (earlier.round, earlier.step)
        assert later.at >= earlier.at
        reached = not people <= unreachable
        if reached or later.round > earlier.round:
            assert later.at - earlier.at >= pace.interval


@given(ladder=LADDERS, pace=PACES, pauses=PAUSES, end_after=st.integers(0, 20), ended=st.sampled_from(EscalationState))
def test_nothing_is_ever_taken_after_the_end(
    ladder: dict[int, frozenset[str]], pace: Pace, pauses: list[timedelta], end_after: int, ended: EscalationState
) -> None:
    one, now = Escalated(ladder, pace), START
    for number, pause in enumerate(pauses):
        if number == end_after and ended is not EscalationState.RUNNING:
            one.ended = one.ended or ended
        was_over, before = one.ended is not None, len(one.taken)
        one.tick(now)
        assert not was_over or len(one.taken) == before
        now += pause
