"""How reports of one run join: late, twice, in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.feeds.reports import KEPT_FOR, LARGEST, KnownRun, RunReport, cleaned, joined
from liaison.feeds.vocabulary import FeedCode
from liaison.lib.refusals import Invalid

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
START = NOW - timedelta(hours=1)
BEGUN = RunReport("inventory", "run-1", START)
ENDED = replace(BEGUN, ended_at=NOW, entities=100, errors={"no_price": 3, "no_photo": 2}, stale_entities=1)

_reports = st.builds(
    RunReport,
    feed=st.just("inventory"),
    run_id=st.just("run-1"),
    started_at=st.just(START),
    ended_at=st.none() | st.just(NOW),
    entities=st.none() | st.integers(100, 200),
    failed_entities=st.none() | st.integers(0, 100),
    errors=st.none() | st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 30)),
    oldest_entity_at=st.none() | st.just(START),
    stale_entities=st.none() | st.integers(0, 100),
)


@given(first=_reports, second=_reports)
def test_saying_the_same_again_changes_nothing(first: RunReport, second: RunReport) -> None:
    once = joined(joined(None, first), second)
    assert joined(once, second) == once


@given(begun=_reports, ended=_reports)
def test_a_report_without_the_end_takes_nothing_back(begun: RunReport, ended: RunReport) -> None:
    known = joined(None, replace(ended, ended_at=NOW))
    late = joined(known, replace(begun, ended_at=None))
    assert late.ended_at == NOW
    for name in ("entities", "errors", "errors_by_type", "oldest_entity_at", "stale_entities"):
        assert getattr(late, name) == getattr(known, name) or not getattr(known, name)


def test_start_and_end_give_the_same_run_in_either_order() -> None:
    expected = KnownRun(START, NOW, 100, 5, {"no_price": 3, "no_photo": 2}, None, 1)
    assert joined(joined(None, BEGUN), ENDED) == joined(joined(None, ENDED), BEGUN) == expected


def test_a_later_report_with_the_end_corrects_an_earlier_one() -> None:
    known = joined(joined(None, ENDED), replace(ENDED, entities=200, errors={"no_price": 7}, stale_entities=None))
    assert (known.entities, known.errors, known.errors_by_type, known.stale_entities) == (200, 7, {"no_price": 7}, 1)


def test_an_entity_with_two_errors_failed_once() -> None:
    assert joined(None, replace(ENDED, errors={"a": 80, "b": 80})).errors == 100
    assert joined(None, replace(ENDED, errors={"a": 80, "b": 80}, failed_entities=90)).errors == 90
    assert joined(None, replace(BEGUN, errors={"a": LARGEST, "b": LARGEST})).errors == LARGEST


@pytest.mark.parametrize(
    ("report", "field", "code"),
    [
        (replace(ENDED, ended_at=START - timedelta(seconds=1)), "ended_at", FeedCode.ENDS_BEFORE_IT_BEGINS),
        (replace(ENDED, failed_entities=101), "failed_entities", FeedCode.MORE_THAN_ALL),
        (replace(ENDED, stale_entities=101), "stale_entities", FeedCode.MORE_THAN_ALL),
    ],
)
def test_numbers_and_moments_of_a_run_fit_each_other(report: RunReport, field: str, code: FeedCode) -> None:
    with pytest.raises(Invalid) as refused:
        joined(None, report)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(field, code)]


@pytest.mark.parametrize(
    ("report", "field", "code"),
    [
        (replace(BEGUN, started_at=NOW + timedelta(minutes=6)), "started_at", FeedCode.IN_THE_FUTURE),
        (replace(BEGUN, ended_at=NOW + timedelta(minutes=6)), "ended_at", FeedCode.IN_THE_FUTURE),
        (replace(BEGUN, started_at=NOW - KEPT_FOR - timedelta(seconds=1)), "started_at", FeedCode.TOO_OLD),
        (replace(BEGUN, feed=" "), "feed", FeedCode.NAME_UNUSABLE),
        (replace(BEGUN, feed="a\nb"), "feed", FeedCode.NAME_UNUSABLE),
        (replace(BEGUN, run_id="1" * 101), "run_id", FeedCode.RUN_ID_UNUSABLE),
        (replace(BEGUN, entities=-1), "entities", FeedCode.NUMBER_UNUSABLE),
        (replace(BEGUN, entities=LARGEST + 1), "entities", FeedCode.NUMBER_UNUSABLE),
        (replace(BEGUN, errors={"a": -1}), "errors.a", FeedCode.NUMBER_UNUSABLE),
        (replace(BEGUN, errors={"": 1}), "errors", FeedCode.TYPE_UNUSABLE),
        (replace(BEGUN, errors={str(number): 1 for number in range(51)}), "errors", FeedCode.TOO_MANY_TYPES),
    ],
)
def test_what_is_wrong_by_itself_is_refused_with_its_field(report: RunReport, field: str, code: FeedCode) -> None:
    with pytest.raises(Invalid) as refused:
        cleaned(report, NOW)
    assert (field, code) in [(problem.field, problem.code) for problem in refused.value.problems]


def test_a_clock_that_is_a_little_ahead_is_taken() -> None:
    assert cleaned(replace(BEGUN, started_at=NOW + timedelta(minutes=4)), NOW).started_at > NOW
