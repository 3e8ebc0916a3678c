"""The list of all integrations: its order, its pages, its filters and its totals (S6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liaison.accounts.testing import TESTS as SYSTEM
from liaison.accounts.testing import Cast, make_cast, make_operator, make_partner
from liaison.integrations.models import EnvironmentName, Status
from liaison.integrations.testing import environment_of, make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.monitoring.overview import Level, Order, Row, Wanted, page_of, totals_of, wanted_of
from liaison.monitoring.testing import make_standing


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def walked(wanted: Wanted, most: int) -> list[Row]:
    """Return the rows of all pages."""
    rows: list[Row] = []
    after = ""
    for _ in range(100):
        page = page_of(SYSTEM, wanted, after=after, most=most)
        assert page is not None
        rows += page.rows
        after = page.following
        if not after:
            return rows
    pytest.fail("The pages do not end.")


class EveryRowIsListedOnce(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(
            st.none() | st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([0, 7]), st.booleans()),
            min_size=1,
            max_size=7,
        ),
        st.integers(1, 4),
        st.sampled_from(list(Order)),
        st.sampled_from(["all", "production"]),
    )
    def test_pages_of_any_size_list_every_row_once_and_in_order(
        self, standings: list[tuple[int, int, int, bool] | None], most: int, order: Order, environment: str
    ) -> None:
        make_operator()
        now = utc_now()
        for number, known in enumerate(standings):
            found = environment_of(make_launched(make_partner(f"partner{number}", name=f"Name {number % 2}")))
            if known is not None:
                level, minutes, calls, is_silent = known
                make_standing(
                    found, now, level=level, since=now - timedelta(minutes=minutes), calls=calls,
                    errors=min(calls, number), last_call=None if is_silent else now - timedelta(minutes=minutes),
                )  # fmt: skip
        wanted = Wanted(order=order, environment=environment)
        rows = walked(wanted, most)
        keys = [row.environment.pk for row in rows]
        assert len(keys) == len(set(keys)) == len(standings) * (2 if environment == "all" else 1)
        assert [row.environment.pk for row in walked(wanted, 100)] == keys
        if order is Order.WORST:
            places = [(row.standing.level, row.standing.since) if row.standing else (-1, now) for row in rows]
            judged = [place for place in places if place[0] >= 0]
            assert judged == sorted(judged, reverse=True)
            assert places[: len(judged)] == judged
        if order is Order.ERROR_RATE:
            rates = [-1.0 if row.error_rate is None else row.error_rate for row in rows]
            assert rates == sorted(rates, reverse=True)


@pytest.mark.django_db
@pytest.mark.parametrize("errors", range(1, 7))
def test_shares_that_end_in_no_decimal_are_listed_once(errors: int) -> None:
    """Sevenths: a database that calculates in decimals holds other numbers than are read from it."""
    make_operator()
    for number in range(3):
        made = environment_of(make_launched(make_partner(f"partner{number}")))
        make_standing(made, utc_now(), calls=7, errors=errors)
    rows = walked(Wanted(order=Order.ERROR_RATE, environment="production"), 1)
    assert len({row.environment.pk for row in rows}) == len(rows) == 3


def test_the_totals_count_every_environment_once(cast: Cast) -> None:
    now = utc_now()
    for number, (points, calls) in enumerate([(3, 10), (2, 0), (1, 10), (0, 10), (0, 0)]):
        made = make_launched(make_partner(f"partner{number}"), status=Status.PAUSED if number == 3 else Status.LIVE)
        make_standing(environment_of(made), now, level=points, calls=calls, errors=0)
    make_integration(cast.partner)  # never judged
    totals = totals_of(cast.agent, EnvironmentName.PRODUCTION)
    assert totals.by_level == {
        Level.CRITICAL: 1,
        Level.ERROR: 1,
        Level.WARNING: 1,
        Level.GOOD: 1,
        Level.NO_DATA: 2,
    }
    assert (totals.all, totals.paused, totals.disabled) == (6, 1, 0)
    for level, count in totals.by_level.items():
        page = page_of(cast.agent, Wanted(level=level.value))
        assert page is not None
        assert [row.level for row in page.rows] == [level] * count


def test_a_partner_manager_is_counted_what_is_assigned(cast: Cast) -> None:
    """W2."""
    make_launched(cast.partner)
    make_launched(cast.elsewhere)
    assert totals_of(cast.manager, "all").all == 2
    assert totals_of(cast.engineer, "all").all == 4
    assert totals_of(cast.outsider, "all").all == 2


def test_a_search_finds_parts_of_names_whatever_is_typed(cast: Cast) -> None:
    make_launched(make_partner("hanok", name="한옥 예약"))
    found = page_of(cast.agent, wanted_of({"q": "옥 예\x00"}))
    assert found is not None
    assert [row.environment.integration.account.slug for row in found.rows] == ["hanok"]
    nothing = page_of(cast.agent, wanted_of({"q": "%"}))
    assert nothing is not None
    assert nothing.rows == ()


def test_what_cannot_be_meant_is_left_out() -> None:
    odd = {"kind": "none", "status": "gone", "level": "bad", "environment": "moon", "order": "random"}
    assert wanted_of(odd) == Wanted()
    assert wanted_of({"environment": "all", "status": "integrating", "order": "name"}).query() == (
        "order=name&status=integrating&environment=all"
    )


def test_a_place_that_the_reader_does_not_see_is_no_place(cast: Cast) -> None:
    """Invariant 6: the place of what one does not see tells nothing."""
    hidden = environment_of(make_launched(cast.elsewhere))
    make_launched(cast.partner)
    after = f"{hidden.integration.public_id}.production"
    assert page_of(cast.manager, Wanted(), after=after) is None
    assert page_of(cast.agent, Wanted(), after=after) is not None


def test_a_page_of_the_worst_reads_no_more_rows_than_it_shows(cast: Cast) -> None:
    now = utc_now()
    for number in range(6):
        make_standing(environment_of(make_launched(make_partner(f"partner{number}"))), now, level=number % 4)
    with CaptureQueriesContext(connection) as captured:
        page = page_of(SYSTEM, Wanted(), most=2)
    assert page is not None
    assert len(page.rows) == 2
    assert len(captured) == 2  # the rows, and their open incidents
