"""Who sees which case of a customer, situation by situation; and what is kept for lists is the same for every case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


def holds(span: Span, number: int) -> bool:
    """Say whether a span holds on a day, told without the code's own words: neither still to come nor over."""
    is_to_come = day(number) < span.since
    is_over = span.until is not None and span.until <= day(number)
    return not is_to_come and not is_over


RECORD = Path(__file__).parents[3] / "docs" / "decisions" / "0034-who-sees-which-case.md"
DOMAINS = {"A1": A1, "A2": A2, "B1": B1, "P": 31}
ACCOUNTS = {"A": A, "B": B, "P": PARTNER}


def rows_of_the_record() -> dict[str, list[str]]:
    """Return the cells of each situation of the decision record's table."""
    lines = [line for line in RECORD.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return {first: rest for first, *rest in cells}


SITUATIONS = rows_of_the_record()


def spans(cell: str) -> Iterator[tuple[str, int, int | None]]:
    for name, since, until in re.findall(r"(\w+) (\d+)–(\d*)", cell):
        yield name, int(since), int(until) if until else None


def bonds_of(cell: str) -> tuple[Bound, ...]:
    return tuple(
        supports(since, until) if name == "P" else manages(DOMAINS[name], since, until)
        for name, since, until in spans(cell)
    )


def grants_of(cell: str) -> tuple[Granted, ...]:
    return tuple(grants(ACCOUNTS[name], GrantLevel.VIEW, since, until) for name, since, until in spans(cell))


def test_the_record_has_its_situations() -> None:
    assert len(SITUATIONS) == 25
    assert {Rule(row[-1]) for row in SITUATIONS.values()} == {
        Rule.BOUND_WHEN_FILED, Rule.HANDED_OVER, Rule.NOT_BOUND, Rule.NOT_BOUND_WHEN_FILED, Rule.NOT_GRANTED,
    }  # fmt: skip


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_decided_by_its_rule(situation: str) -> None:
    """D5, W4, W5."""
    bound, granted, asks, filed, at, handed_over, sees, rule = SITUATIONS[situation]
    facts, domain = Facts(bonds_of(bound), grants_of(granted)), DOMAINS[asks]
    seat = Seat(domain // 10, domain)
    found = decided(facts, seat, day(int(filed)), day(int(at)), handed_over=handed_over == "yes")
    assert found.rule == rule
    assert (found.level is not None) == (sees == "yes")


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
        is_reached = reach is not None and any(holds(span, filed) for span in reach.filed)
        found = decided(facts, Seat(account, domain), day(filed), day(at))
        assert (found.level is not None) == is_reached
        assert reach is None or found.level in (None, reach.level)


@given(histories(), some.integers(0, 14), some.integers(0, 14))
def test_the_rule_is_what_the_requirement_says_day_by_day(facts: Facts, filed: int, at: int) -> None:
    """D5 (a) and (b) and W4, told again without spans: who was bound on each day."""
    filed = min(filed, at)

    def manager(number: int) -> int:
        return next((one.domain or 0 for one in facts.bonds if one.tie is Tie.MANAGES and holds(one.span, number)), 0)

    for domain in (A1, A2, B1):
        account = domain // 10
        days = range(filed, at + 1)
        has_kept_on = all(manager(number) // 10 == account for number in days)
        expected = (
            manager(at) == domain
            and (manager(filed) == domain or has_kept_on)
            and any(one.account == account and holds(one.span, at) for one in facts.grants)
        )
        assert (decided(facts, Seat(account, domain), day(filed), day(at)).level is not None) == expected


@given(histories(), some.integers(0, 14), some.integers(0, 14))
def test_a_support_partner_sees_what_was_filed_while_it_supported(facts: Facts, filed: int, at: int) -> None:
    """D5: its relationship takes the place of *manages*; now and when the case was filed, whoever managed."""
    supported = [one.span for one in facts.bonds if one.tie is Tie.SUPPORTS]
    filed = min(filed, at)
    expected = all(any(holds(span, number) for span in supported) for number in (filed, at)) and any(
        one.account == PARTNER and holds(one.span, at) for one in facts.grants
    )
    assert (decided(facts, Seat(PARTNER, 31), day(filed), day(at)).level is not None) == expected


def test_who_supported_takes_nothing_along_when_it_manages() -> None:
    """D5: each relation opens what was filed while the same relation held; W4 speaks of domains that manage."""
    facts = Facts((supports(0, 7), manages(31, 7)), (grants(PARTNER),))
    assert decided(facts, Seat(PARTNER, 31), day(5), day(9)).rule is Rule.NOT_BOUND_WHEN_FILED
    assert decided(facts, Seat(PARTNER, 31), day(8), day(9)).rule is Rule.BOUND_WHEN_FILED


def test_what_holds_on_a_day_knows_nothing_of_relations_that_began_later() -> None:
    facts = Facts((manages(A1, 0, 6), manages(A1, 8)), (grants(A),))
    (kept,) = reaches(facts, day(3))
    assert kept.filed == (Span(day(0), day(6)),)


def test_each_span_is_kept_once_where_one_follows_the_other_at_once() -> None:
    facts = Facts((manages(A1, 0, 3), manages(A2, 3, 6), manages(A1, 6)), (grants(A),))
    (kept,) = reaches(facts, day(9))
    assert sorted(kept.filed) == [Span(day(0), day(3)), Span(day(3), day(6)), Span(day(6))]


@pytest.mark.parametrize(
    ("since", "until", "at", "is_held"),
    [(3, 7, 2, False), (3, 7, 3, True), (3, 7, 6, True), (3, 7, 7, False), (3, 7, 8, False), (3, None, 2, False),
     (3, None, 9, True), (3, 3, 3, False)],
)  # fmt: skip
def test_a_span_holds_from_its_beginning_and_no_longer_at_its_end(
    since: int, until: int | None, at: int, *, is_held: bool
) -> None:
    assert Span(day(since), None if until is None else day(until)).holds(day(at)) is is_held
