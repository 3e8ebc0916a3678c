from __future__ import annotations

from datetime import UTC, datetime, timedelta

from liaison.probes.doubt import FEWEST_HOSTS, Doubt

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def asked(silent: int, answering: int, at: datetime = NOW) -> Doubt:
    doubt = Doubt()
    for number in range(silent):
        doubt.note(f"silent-{number}.example", at, is_answered=False)
    for number in range(answering):
        doubt.note(f"well-{number}.example", at, is_answered=True)
    return doubt


def test_it_is_ours_when_nearly_nobody_answers() -> None:
    assert asked(8, 2).is_ours(NOW)
    assert not asked(7, 3).is_ours(NOW)
    assert not Doubt().is_ours(NOW)


def test_few_hosts_prove_nothing() -> None:
    assert not asked(FEWEST_HOSTS - 1, 0).is_ours(NOW)
    assert asked(FEWEST_HOSTS, 0).is_ours(NOW)


def test_one_host_that_is_asked_often_is_one_host() -> None:
    doubt = Doubt()
    for _ in range(50):
        doubt.note("partner.example", NOW, is_answered=False)
    assert not doubt.is_ours(NOW)


def test_only_the_last_minute_and_a_half_counts() -> None:
    assert not asked(9, 0, NOW - timedelta(seconds=91)).is_ours(NOW)
    doubt = asked(9, 0)
    for number in range(9):
        doubt.note(f"silent-{number}.example", NOW, is_answered=True)
    assert not doubt.is_ours(NOW)
