"""The oracle stands alone, and says what the sentences of D5 say where they can be told in a line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.delegation.facts import (
    Action,
    Case,
    Granted,
    HandedOver,
    Kind,
    Level,
    Managed,
    Person,
    Shared,
    Span,
    Supported,
    World,
)
from tests.delegation.oracle import allowed, customers_seen, visible

START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def span(since: int, until: int | None = None) -> Span:
    return Span(day(since), None if until is None else day(until))


@pytest.fixture
def world() -> World:
    """`a.one` managed `customer` from the first day to the tenth, then `b.one` until now; both were granted."""
    found = World()
    found.kinds = {"a": Kind.RESELLER, "b": Kind.RESELLER, "customer": Kind.CUSTOMER, "helper": Kind.SUPPORT_PARTNER}
    for name, account, domain in (("ann", "a", "a.one"), ("ada", "a", "a.two"), ("bob", "b", "b.one")):
        found.people[name] = Person(name, account, domain, "reseller_administrator")
    found.people["hal"] = Person("hal", "helper", "helper.one", "reader")
    found.people["ugo"] = Person("ugo", "customer", "customer.one", "reader")
    found.cases = {"early": Case("early", "customer", day(5)), "late": Case("late", "customer", day(15))}
    found.managed = [
        Managed("customer", "a", "a.one", span(0, 10)),
        Managed("customer", "b", "b.one", span(10)),
    ]
    found.granted = [Granted("customer", "a", Level.MANAGE, span(0)), Granted("customer", "b", Level.VIEW, span(0))]
    return found


def test_it_imports_nothing_of_what_it_judges() -> None:
    code = "import sys; import tests.delegation.oracle; print([m for m in sys.modules if m in ('django', 'liaison')])"
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_reseller_sees_what_was_filed_while_it_managed_and_only_while_it_manages(world: World) -> None:
    """D5 (a)."""
    assert visible(world, "ann", day(9)) == {"early"}
    assert visible(world, "ann", day(10)) == set()
    assert visible(world, "bob", day(20)) == {"late"}
    assert visible(world, "ugo", day(20)) == {"early", "late"}
    assert customers_seen(world, "bob", day(20)) == {"customer"}
    assert customers_seen(world, "ann", day(20)) == set()


def test_a_move_within_the_account_takes_earlier_cases_along_and_an_interruption_does_not(world: World) -> None:
    """D5, W4."""
    world.managed = [Managed("customer", "a", "a.one", span(0, 10)), Managed("customer", "a", "a.two", span(10))]
    assert visible(world, "ada", day(20)) == {"early", "late"}
    assert visible(world, "ann", day(20)) == set()
    world.managed[1] = replace(world.managed[1], span=span(11))
    assert visible(world, "ada", day(20)) == {"late"}


def test_a_hand_over_opens_an_earlier_case_while_the_account_manages(world: World) -> None:
    world.handed_over = [HandedOver("early", "b", span(12, 14))]
    assert visible(world, "bob", day(13)) >= {"early"}
    assert "early" not in visible(world, "bob", day(14))


def test_the_grant_decides_how_much(world: World) -> None:
    """D5 (b)."""
    assert not allowed(world, "bob", Action.CHANGE, "late", day(20))
    assert not allowed(world, "bob", Action.FILE, "customer", day(20))
    world.granted[1] = replace(world.granted[1], level=Level.MANAGE)
    assert allowed(world, "bob", Action.CHANGE, "late", day(20))
    assert allowed(world, "bob", Action.FILE, "customer", day(20))
    world.granted[1] = replace(world.granted[1], span=span(0, 20))
    assert visible(world, "bob", day(20)) == set()


def test_a_support_relationship_takes_the_place_of_management(world: World) -> None:
    """D5, D11."""
    world.supported = [Supported("customer", "helper", span(12))]
    world.granted.append(Granted("customer", "helper", Level.MANAGE, span(12)))
    assert visible(world, "hal", day(20)) == {"late"}
    assert not allowed(world, "hal", Action.CHANGE, "late", day(20))  # a reader (W1)


def test_a_share_of_a_delegate_ends_with_its_access_and_does_not_come_back(world: World) -> None:
    """W6."""
    world.kinds["guests"] = Kind.PARTNER
    world.people["gus"] = Person("gus", "guests", "guests.one", "editor")
    world.shared = [Shared("early", "a", span(6), person="gus", comment=True)]
    assert allowed(world, "gus", Action.COMMENT, "early", day(9))
    assert visible(world, "gus", day(10)) == set()
    world.managed.append(Managed("customer", "a", "a.one", span(30)))
    world.managed[1] = replace(world.managed[1], span=span(10, 30))
    assert "early" in visible(world, "ann", day(31))
    assert visible(world, "gus", day(31)) == set()


def test_a_suspension_ends_shares_to_the_person_and_everything_while_it_lasts(world: World) -> None:
    """W13."""
    world.shared = [Shared("early", "customer", span(6), person="hal")]
    assert visible(world, "hal", day(7)) == {"early"}
    world.people["hal"] = replace(world.people["hal"], suspended=(span(8, 9),))
    assert visible(world, "hal", day(20)) == set()
    world.people["ugo"] = replace(world.people["ugo"], suspended=(span(8),))
    assert visible(world, "ugo", day(9)) == set()


def test_a_closed_case_is_reopened_before_thirty_days_have_passed(world: World) -> None:
    """D8, W9."""
    world.people["ugo"] = replace(world.people["ugo"], role="editor")
    world.cases["late"] = replace(world.cases["late"], closed_at=day(20))
    assert not allowed(world, "ugo", Action.COMMENT, "late", day(21))
    assert allowed(world, "ugo", Action.REOPEN, "late", day(50) - timedelta(microseconds=1))
    assert not allowed(world, "ugo", Action.REOPEN, "late", day(50))
