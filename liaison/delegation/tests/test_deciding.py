"""Who sees which case of a customer, situation by situation; and what is kept for lists is the same for every case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from liaison.delegation.deciding import Bound, Facts, Granted, Seat, Span, decided, reaches
from liaison.delegation.vocabulary import GrantLevel, Rule, Tie

START = datetime(2026, 3, 1, tzinfo=UTC)
A, B, PARTNER = 1, 2, 3
A1, A2, B1 = 11, 12, 21


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def manages(domain: int, since: int, until: int | None = None) -> Bound:
    return Bound(Tie.MANAGES, domain // 10, Span(day(since), None if until is None else day(until)), domain, domain)


def supports(since: int, until: int | None = None) -> Bound:
    return Bound(Tie.SUPPORTS, PARTNER, Span(day(since), None if until is None else day(until)), None, PARTNER)


def grants(account: int, level: GrantLevel = GrantLevel.VIEW, since: int = 0, until: int | None = None) -> Granted:
    return Granted(account, level, Span(day(since), None if until is None else day(until)), account)


SITUATIONS = {
    "managed at filing and now": ([manages(A1, 0)], [grants(A)], A1, 5, 9, False, Rule.BOUND_WHEN_FILED),
    "filed at the very moment it began": ([manages(A1, 5)], [grants(A)], A1, 5, 9, False, Rule.BOUND_WHEN_FILED),
    "filed just before": ([manages(A1, 5)], [grants(A)], A1, 4, 9, False, Rule.NOT_BOUND_WHEN_FILED),
    "came later, handed over": ([manages(A1, 5)], [grants(A)], A1, 4, 9, True, Rule.HANDED_OVER),
    "only then": ([manages(A1, 0, 7), manages(B1, 7)], [grants(A)], A1, 5, 9, False, Rule.NOT_BOUND),
    "asked at the very end": ([manages(A1, 0, 9)], [grants(A)], A1, 5, 9, False, Rule.NOT_BOUND),
    "only then, handed over": ([manages(A1, 0, 7)], [grants(A)], A1, 5, 9, True, Rule.NOT_BOUND),
    "the new reseller": ([manages(A1, 0, 7), manages(B1, 7)], [grants(B)], B1, 5, 9, False, Rule.NOT_BOUND_WHEN_FILED),
    "never": ([manages(A1, 0)], [grants(A)], B1, 5, 9, False, Rule.NOT_BOUND),
    "the other domain of the account": ([manages(A1, 0)], [grants(A)], A2, 5, 9, False, Rule.NOT_BOUND),
    "moved within the account": (
        [manages(A1, 0, 7), manages(A2, 7)],
        [grants(A)],
        A2,
        5,
        9,
        False,
        Rule.BOUND_WHEN_FILED,
    ),
    "moved away within it": ([manages(A1, 0, 7), manages(A2, 7)], [grants(A)], A1, 5, 9, False, Rule.NOT_BOUND),
    "moved within it after a gap": (
        [manages(A1, 0, 6), manages(A2, 7)],
        [grants(A)],
        A2,
        5,
        9,
        False,
        Rule.NOT_BOUND_WHEN_FILED,
    ),
    "back to the same domain": (
        [manages(A1, 0, 6), manages(B1, 6, 7), manages(A1, 7)],
        [grants(A)],
        A1,
        5,
        9,
        False,
        Rule.BOUND_WHEN_FILED,
    ),
    "filed while another managed": (
        [manages(A1, 0, 4), manages(B1, 4, 7), manages(A1, 7)],
        [grants(A)],
        A1,
        5,
        9,
        False,
        Rule.NOT_BOUND_WHEN_FILED,
    ),
    "to another domain after another account": (
        [manages(A1, 0, 4), manages(B1, 4, 7), manages(A2, 7)],
        [grants(A)],
        A2,
        3,
        9,
        False,
        Rule.NOT_BOUND_WHEN_FILED,
    ),
    "nothing granted": ([manages(A1, 0)], [], A1, 5, 9, False, Rule.NOT_GRANTED),
    "granted to another": ([manages(A1, 0)], [grants(B)], A1, 5, 9, False, Rule.NOT_GRANTED),
    "revoked": ([manages(A1, 0)], [grants(A, until=9)], A1, 5, 9, False, Rule.NOT_GRANTED),
    "granted after it was filed": ([manages(A1, 0)], [grants(A, since=8)], A1, 5, 9, False, Rule.BOUND_WHEN_FILED),
    "not yet granted on that day": ([manages(A1, 0)], [grants(A, since=8)], A1, 5, 7, False, Rule.NOT_GRANTED),
    "a support partner": ([supports(0)], [grants(PARTNER)], 31, 5, 9, False, Rule.BOUND_WHEN_FILED),
    "a support partner beside a reseller": (
        [manages(A1, 0), supports(6)],
        [grants(PARTNER)],
        31,
        5,
        9,
        False,
        Rule.NOT_BOUND_WHEN_FILED,
    ),
    "a support partner that ended": ([supports(0, 7)], [grants(PARTNER)], 31, 5, 9, False, Rule.NOT_BOUND),
    "a support partner again": (
        [supports(0, 6), supports(8)],
        [grants(PARTNER)],
        31,
        5,
        9,
        False,
        Rule.BOUND_WHEN_FILED,
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_decided_by_its_rule(situation: str) -> None:
    """D5, W4, W5."""
    bonds, granted, domain, filed, at, handed_over, rule = SITUATIONS[situation]
    facts = Facts(tuple(bonds), tuple(granted))
    found = decided(facts, Seat(domain // 10, domain), day(filed), day(at), handed_over=handed_over)
    assert found.rule is rule
    assert (found.level is not None) == (rule in {Rule.BOUND_WHEN_FILED, Rule.HANDED_OVER})


def test_the_grant_says_how_much() -> None:
    facts = Facts((manages(A1, 0),), (grants(A, GrantLevel.VIEW, 0, 6), grants(A, GrantLevel.MANAGE, 6)))
    seat = Seat(A, A1)
    assert decided(facts, seat, day(1), day(5)).level is GrantLevel.VIEW
    assert decided(facts, seat, day(1), day(6)).level is GrantLevel.MANAGE


_MOMENTS = some.lists(some.integers(0, 12), min_size=2, max_size=8, unique=True).map(sorted)


@some.composite
def histories(draw: some.DrawFn) -> Facts:
    """Any order of managers with and without gaps, a partner that comes and goes, grants that do."""
    bonds, granted = [], []
    cuts = draw(_MOMENTS)
    for since, until in zip(cuts, [*cuts[1:], None], strict=True):
        domain = draw(some.sampled_from([A1, A2, B1, 0]))
        if domain:
            bonds.append(manages(domain, since, until))
    for account in (A, B, PARTNER):
        cuts = draw(_MOMENTS)
        for since, until in zip(cuts[::2], [*cuts[1::2], None], strict=False):
            granted.append(grants(account, draw(some.sampled_from(GrantLevel)), since, until))
    cuts = draw(_MOMENTS)
    bonds += [supports(since, until) for since, until in zip(cuts[::2], [*cuts[1::2], None], strict=False)]
    return Facts(tuple(bonds), tuple(granted))


@given(histories(), some.integers(0, 14), some.integers(0, 14))
def test_what_is_kept_for_lists_says_the_same_for_every_case(facts: Facts, filed: int, at: int) -> None:
    kept = list(reaches(facts, day(at)))
    for domain in (A1, A2, B1, 31):
        account = domain // 10
        reach = next((one for one in kept if one.account == account and one.domain in (None, domain)), None)
        is_reached = reach is not None and any(span.holds(day(filed)) for span in reach.filed)
        found = decided(facts, Seat(account, domain), day(filed), day(at))
        assert (found.level is not None) == is_reached
        assert reach is None or found.level in (None, reach.level)


@given(histories(), some.integers(0, 14), some.integers(0, 14))
def test_the_rule_is_what_the_requirement_says_day_by_day(facts: Facts, filed: int, at: int) -> None:
    """D5 (a) and (b) and W4, told again without spans: who was bound on each day."""
    filed = min(filed, at)

    def manager(number: int) -> int:
        return next(
            (one.domain or 0 for one in facts.bonds if one.tie is Tie.MANAGES and one.span.holds(day(number))), 0
        )

    for domain in (A1, A2, B1):
        account = domain // 10
        days = range(filed, at + 1)
        has_kept_on = all(manager(number) // 10 == account for number in days)
        expected = (
            manager(at) == domain
            and (manager(filed) == domain or has_kept_on)
            and any(one.account == account and one.span.holds(day(at)) for one in facts.grants)
        )
        assert (decided(facts, Seat(account, domain), day(filed), day(at)).level is not None) == expected
