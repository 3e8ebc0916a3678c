"""How a finding goes on: for how long it must be bad and good, what late and missing judgements do, and flapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison import catalog
from liaison.detection.facts import Judgement, Verdict
from liaison.detection.models import FindingState
from liaison.detection.steps import CALM, FLAPPING_WITHIN, FLAPS, NEVER_JUDGED, Change, State, step

START = datetime(2026, 11, 5, 12, tzinfo=UTC)
RULE = replace(catalog.rules()["checkout_errors"], for_minutes=3, clear_minutes=5)
OF_LETTER = {"b": Judgement.BAD, "g": Judgement.GOOD, "-": Judgement.BETWEEN, "?": Judgement.UNKNOWN}
P, F, C, O = FindingState.PENDING, FindingState.FIRING, FindingState.CLEARING, FindingState.OVER  # noqa: E741
LETTERS = {P: "p", F: "F", C: "c", O: "."}
JUDGEMENTS = st.lists(st.sampled_from(list(Judgement)), min_size=1, max_size=200)


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def walk(
    judgements: Sequence[Judgement], *, rule: object = RULE, counts_from: datetime | None = None
) -> list[tuple[State, Change]]:
    """Judge one minute after the other."""
    chosen = RULE if rule is RULE else replace(RULE, for_minutes=0, clear_minutes=0)
    found, state = [], NEVER_JUDGED
    for number, judgement in enumerate(judgements):
        state, change = step(state, Verdict(judgement), chosen, minute(number), counts_from=counts_from)
        found.append((state, change))
    return found


def states(letters: str, **more: object) -> str:
    return "".join(LETTERS[state.state] for state, _ in walk([OF_LETTER[one] for one in letters], **more))  # type: ignore[arg-type]  # keywords of walk


@pytest.mark.parametrize(
    ("judged", "stands"),
    [
        ("bbbb", "pppF"),
        ("bbbgbbbb", "ppp.pppF"),
        ("bbbbggggg", "pppFccccc"),
        ("bbbbgggggg", "pppFccccc."),
        ("bbbbgggbggggg", "pppFcccFccccc"),
        ("b--b", "pppF"),  # between keeps what was, and time goes on
        ("b??b", "pppF"),
        ("-?-?", "...."),
        ("bbbb-?-?", "pppFFFFF"),
        ("bbbbg-?-?-", "pppFccccc."),  # between keeps good as well: it had gone below
    ],
)
def test_it_fires_when_it_was_bad_for_long_enough_and_is_over_when_it_was_good_for_long_enough(
    judged: str, stands: str
) -> None:
    assert states(judged) == stands


def test_the_moments_are_kept() -> None:
    found = walk([OF_LETTER[one] for one in "gbbbbggggggg"])
    fired, over = found[4], found[10]
    assert fired[1] is Change.FIRED
    assert (fired[0].bad_since, fired[0].fired_at, fired[0].ended_at) == (minute(1), minute(4), None)
    assert over[1] is Change.ENDED
    assert (over[0].since, over[0].ended_at, over[0].recent_ends) == (minute(10), minute(10), (minute(10),))
    assert [change for _, change in found if change is not Change.NONE] == [
        Change.STARTED,
        Change.FIRED,
        Change.CLEARING,
        Change.ENDED,
    ]


def test_a_judgement_that_comes_late_or_twice_changes_nothing() -> None:
    state = walk([Judgement.BAD])[0][0]
    for number in (0, -5):
        assert step(state, Verdict(Judgement.GOOD), RULE, minute(number)) == (state, Change.NONE)


def test_time_before_what_counts_is_no_part_of_how_long_it_was_bad() -> None:
    """Issue 5: nothing alarms for what was already down before."""
    assert states("bbbbbbbb", counts_from=minute(2)) == "pppppFFF"


def test_the_evidence_is_that_of_the_last_bad_judgement() -> None:
    bad, good = Verdict(Judgement.BAD, 0.6, {"value": 0.6}), Verdict(Judgement.GOOD, 0.1, {"value": 0.1})
    state, _ = step(NEVER_JUDGED, bad, RULE, minute(0))
    state, _ = step(state, good, RULE, minute(1))
    assert state.evidence == {"value": 0.6}


@given(JUDGEMENTS)
def test_it_fires_exactly_when_it_was_bad_for_long_enough_without_a_good_between(
    judgements: list[Judgement],
) -> None:
    bad_since: int | None = None
    before = NEVER_JUDGED
    for number, (state, change) in enumerate(walk(judgements)):
        judgement = judgements[number]
        if judgement is Judgement.GOOD:
            bad_since = None
        elif judgement is Judgement.BAD and bad_since is None:
            bad_since = number
        was_firing = before.state in {F, C}
        is_due = bad_since is not None and number - bad_since >= RULE.for_minutes
        assert (change is Change.FIRED) == (is_due and not was_firing)
        before = state


@given(JUDGEMENTS, st.integers(0, 60))
def test_a_stretch_before_what_counts_never_fires(judgements: list[Judgement], first: int) -> None:
    for state, change in walk(judgements, counts_from=minute(first)):
        if change is Change.FIRED:
            assert state.fired_at is not None
            assert state.fired_at >= minute(first + RULE.for_minutes)


@given(JUDGEMENTS)
def test_between_and_unknown_never_change_which_way_it_goes(judgements: list[Judgement]) -> None:
    """Hysteresis: whatever stays between makes nothing come and go."""
    before, turned = NEVER_JUDGED, {Change.STARTED, Change.DROPPED, Change.CLEARING, Change.CAME_BACK}
    for judgement, (state, change) in zip(judgements, walk(judgements), strict=True):
        if judgement in {Judgement.BETWEEN, Judgement.UNKNOWN}:
            assert change not in turned
            assert (before.state in {P, F}) == (state.state in {P, F})
        before = state


@given(JUDGEMENTS, st.booleans())
def test_what_comes_and_goes_fires_no_more_than_four_times_an_hour(judgements: list[Judgement], flaps: bool) -> None:
    many = judgements if not flaps else [Judgement.BAD, Judgement.GOOD] * 100 + judgements
    fired = [state.fired_at for state, change in walk(many, rule=None) if change is Change.FIRED]
    for first in fired:
        assert first is not None
        assert sum(first <= other < first + FLAPPING_WITHIN for other in fired if other is not None) <= FLAPS + 1


def test_the_third_end_within_an_hour_waits_for_half_an_hour_of_calm() -> None:
    calm = int(CALM.total_seconds() // 60)
    found = walk([OF_LETTER[one] for one in "bgbgb" + "g" * (calm + 1) + "b"], rule=None)
    assert "".join(LETTERS[state.state] for state, _ in found) == "F.F.F" + "c" * calm + ".F"
    assert [state.is_flapping for state, _ in found] == [False] * 5 + [True] * calm + [False] * 2


def test_what_comes_back_while_it_flaps_stays_open() -> None:
    judged = "bgbgb" + "g" * 29 + "b" + "g" * 31
    found = walk([OF_LETTER[one] for one in judged], rule=None)
    assert "".join(LETTERS[state.state] for state, _ in found) == "F.F.F" + "c" * 29 + "F" + "c" * 30 + "."
    assert [change for _, change in found if change is not Change.NONE][-4:] == [
        Change.CLEARING,
        Change.CAME_BACK,
        Change.CLEARING,
        Change.ENDED,
    ]
