from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from liaison.notifications.auditing.judging import ALARM_AGAIN_AFTER, Finding, Seen, Verdict, judge
from liaison.notifications.auditing.vocabulary import SERIOUS, Trouble

NOW = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
LOOK = timedelta(seconds=10)


def before(verdict: Verdict) -> dict[Trouble, Finding]:
    return {one.trouble: one for one in verdict.findings}


def test_nothing_wrong_passes_and_alarms_nobody() -> None:
    assert judge([Seen(Trouble.OVERDUE, 0)], {}, NOW) == Verdict(passed=True, findings=(), alarm=())


def test_serious_trouble_fails_the_audit_and_alarms_at_once() -> None:
    verdict = judge([Seen(Trouble.STUCK, 2, NOW)], {}, NOW)
    assert not verdict.passed
    assert verdict.alarm == (Trouble.STUCK,)
    assert verdict.findings == (Finding(Trouble.STUCK, 2, NOW, NOW),)


def test_what_only_wants_to_be_looked_at_does_not_fail_the_audit() -> None:
    """One mailbox of a partner that is gone must not make the dead man call at night."""
    verdict = judge([Seen(Trouble.REFUSED, 1, NOW)], {}, NOW)
    assert verdict.passed
    assert verdict.alarm == (Trouble.REFUSED,)


def test_lasting_trouble_alarms_once_and_again_after_an_hour() -> None:
    now, alarms = NOW, []
    known: dict[Trouble, Finding] = {}
    for _look in range(2 * 360 + 1):
        verdict = judge([Seen(Trouble.OVERDUE, 5, NOW)], known, now)
        alarms += [now] * len(verdict.alarm)
        known, now = before(verdict), now + LOOK
    assert alarms == [NOW, NOW + ALARM_AGAIN_AFTER, NOW + 2 * ALARM_AGAIN_AFTER]


def test_a_failure_that_nobody_looks_at_alarms_once() -> None:
    first = judge([Seen(Trouble.FAILED, 1, NOW)], {}, NOW)
    later = judge([Seen(Trouble.FAILED, 1, NOW)], before(first), NOW + timedelta(hours=5))
    assert later.alarm == ()


def test_trouble_that_comes_back_soon_alarms_nobody_again_and_later_does() -> None:
    first = judge([Seen(Trouble.OVERDUE, 1, NOW)], {}, NOW)
    clean = judge([], before(first), NOW + LOOK)
    assert clean.passed
    again = judge([Seen(Trouble.OVERDUE, 1, NOW)], before(clean), NOW + 2 * LOOK)
    assert again.alarm == ()
    forgotten = judge([], before(clean), NOW + timedelta(minutes=11))
    assert forgotten.findings == ()
    news = judge([Seen(Trouble.OVERDUE, 1, NOW)], before(forgotten), NOW + timedelta(minutes=12))
    assert news.alarm == (Trouble.OVERDUE,)


@given(st.lists(st.builds(Seen, st.sampled_from(Trouble), st.integers(0, 9)), unique_by=lambda one: one.trouble))
def test_an_audit_passes_exactly_when_nothing_serious_was_counted(seen: list[Seen]) -> None:
    verdict = judge(seen, {}, NOW)
    assert verdict.passed == (not any(one.count and one.trouble in SERIOUS for one in seen))
    assert {one.trouble for one in verdict.findings} == {one.trouble for one in seen if one.count}
