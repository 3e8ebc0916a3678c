"""Reopening (D8, W9), and closing many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import Cast
from liaison.cases.actions import close_cases, reopen_case
from liaison.cases.models import Case, CaseUpdate
from liaison.cases.testing import make_case, make_closed
from liaison.cases.transitions import REOPENABLE_FOR
from liaison.cases.vocabulary import CloseReason
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

SMALLEST = timedelta(microseconds=1)


def test_it_comes_back_as_it_was_with_the_reason(cast: Cast) -> None:
    case = make_closed(cast.owner, make_case(cast.colleague))
    update = reopen_case(actor=cast.colleague, case=case, reason="It is back.", now=utc_now())
    kept = Case.objects.get(pk=case.pk)
    assert (kept.state, kept.closed_at, kept.closed_by, kept.close_reason) == ("reopened", None, None, "")
    assert update.changes == [{"kind": "reopened", "reason": "It is back."}]


def test_the_account_may_until_just_before_thirty_days_have_passed(cast: Cast) -> None:
    """D8: to the microsecond."""
    closed_at = utc_now()
    early, late = (make_closed(cast.owner, make_case(cast.owner), now=closed_at) for _ in range(2))
    end = closed_at + REOPENABLE_FOR
    assert reopen_case(actor=cast.owner, case=early, reason="Again", now=end - SMALLEST).case.state == "reopened"
    with pytest.raises(Conflict) as refused:
        reopen_case(actor=cast.owner, case=late, reason="Again", now=end)
    assert (refused.value.code, refused.value.facts["until"]) == ("case_too_late_to_reopen", end - SMALLEST)


def test_support_may_always(cast: Cast) -> None:
    """W9."""
    case = make_closed(cast.owner, make_case(cast.owner))
    assert reopen_case(actor=cast.agent, case=case, reason="Found", now=utc_now() + timedelta(days=900)).is_by_staff


def test_it_needs_a_closed_case_a_reason_and_the_right(cast: Cast) -> None:
    still_open = make_case(cast.owner)
    with pytest.raises(Conflict):
        reopen_case(actor=cast.owner, case=still_open, reason="Again", now=utc_now())
    case = make_closed(cast.owner, still_open)
    with pytest.raises(Invalid):
        reopen_case(actor=cast.owner, case=case, reason=" ", now=utc_now())
    with pytest.raises(Forbidden):
        reopen_case(actor=cast.reader, case=case, reason="Again", now=utc_now())
    with pytest.raises(Missing):
        reopen_case(actor=cast.outsider, case=case, reason="Again", now=utc_now())


def test_many_are_closed_each_for_itself(cast: Cast) -> None:
    cases = [make_case(cast.owner) for _ in range(2)]
    closed, theirs = make_closed(cast.owner, make_case(cast.owner)), make_case(cast.outsider)
    numbers = [cases[0].number, closed.number, theirs.number, "nothing", cases[1].number, cases[0].number]
    results = close_cases(actor=cast.colleague, numbers=numbers, reason=CloseReason.SOLVED, now=utc_now())
    assert [(one.number, one.refusal) for one in results] == [
        (cases[0].number, None),
        (closed.number, "case_closed"),
        (theirs.number, "missing"),
        ("nothing", "missing"),
        (cases[1].number, None),
    ]
    assert results[2].title == "", "what is not seen is not named"
    theirs.refresh_from_db()
    assert not theirs.is_closed


def test_whoever_may_not_close_changes_nothing(cast: Cast) -> None:
    case = make_case(cast.owner)
    for actor in (cast.reader, cast.manager):
        with pytest.raises(Forbidden):
            close_cases(actor=actor, numbers=[case.number], reason=CloseReason.SOLVED, now=utc_now())
    (result,) = close_cases(actor=cast.owner, numbers=[case.number], reason=CloseReason.OTHER, now=utc_now())
    assert result.refusal == "case_reason_needed"
    assert CaseUpdate.objects.filter(case=case).count() == 1


def test_a_hundred_at_once_is_the_most(cast: Cast) -> None:
    with pytest.raises(Invalid):
        close_cases(
            actor=cast.owner, numbers=[str(one) for one in range(101)], reason=CloseReason.SOLVED, now=utc_now()
        )


def test_an_old_version_is_refused(cast: Cast) -> None:
    case = make_closed(cast.owner, make_case(cast.owner))
    with pytest.raises(Conflict):
        reopen_case(actor=cast.owner, case=case, reason="Again", expected_version=1, now=utc_now())
