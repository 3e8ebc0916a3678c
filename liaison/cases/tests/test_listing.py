"""Which cases a list shows, in which order, page by page (issue 6, point 6; D6, W7, W8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.cases.lists.asking import Listing, Reader, count, everything, listing, reader_of
from liaison.cases.lists.statements import moment_of
from liaison.cases.lists.testing import SOON, keep_case, keep_note, keep_update
from liaison.cases.lists.wanted import OPEN_STATES, Sort, Wanted, Whose, wanted_of
from liaison.cases.models import Case, Follow, Share
from liaison.cases.scope import Scope
from liaison.cases.vocabulary import CaseState
from liaison.catalog.vocabulary import CaseSeverity

pytestmark = pytest.mark.django_db
NOW = SOON + timedelta(days=30)


def titles(reader: Identity, **wanted: object) -> list[str]:
    page = listing(reader_of(reader, NOW), Wanted(**wanted))  # type: ignore[arg-type]  # fields of it
    return [line.title for line in page.lines]


def walked(reader: Reader, wanted: Wanted, most: int) -> tuple[list[str], list[str]]:
    """Return the titles met on the way to the end, and those on the way back."""
    page = listing(reader, wanted, most)
    there = [line.title for line in page.lines]
    while page.older:
        page = listing(reader, replace(wanted, older=page.older), most)
        there += [line.title for line in page.lines]
    back = [line.title for line in page.lines]
    while page.newer:
        page = listing(reader, replace(wanted, newer=page.newer), most)
        back = [line.title for line in page.lines] + back
    return there, back


def test_the_last_updated_comes_first_and_notes_move_nothing_for_the_account(cast: Cast) -> None:
    """W8: staff see the order that notes make, others do not."""
    first, second = keep_case(cast.partner, "first"), keep_case(cast.partner, "second")
    keep_update(first, "more", at=SOON + timedelta(hours=1))
    assert titles(cast.owner) == titles(cast.agent) == ["first", "second"]
    keep_note(second, "secret", at=SOON + timedelta(hours=2))
    assert titles(cast.owner) == ["first", "second"]
    assert titles(cast.agent) == ["second", "first"]
    assert moment_of(listing(reader_of(cast.owner, NOW), Wanted()).lines[1].updated_at) == second.updated_at


def test_filters_and_orders(cast: Cast) -> None:
    keep_case(cast.partner, "old", "printer", severity=1, filed_by=cast.owner)
    keep_case(cast.partner, "done", state=CaseState.CLOSED, severity=4)
    keep_case(cast.partner, "asked", state=CaseState.ACTION_REQUIRED)
    keep_case(cast.elsewhere, "theirs", "printer")
    assert titles(cast.owner, states=(CaseState.CLOSED, CaseState.ACTION_REQUIRED)) == ["asked", "done"]
    assert titles(cast.owner, severities=(CaseSeverity.CRITICAL, CaseSeverity.LOW)) == ["done", "old"]
    assert titles(cast.owner, whose=Whose.MINE) == ["old"]
    assert titles(cast.owner, sort=Sort.SEVERITY) == ["old", "asked", "done"]
    assert titles(cast.owner, sort=Sort.STATUS) == ["asked", "old", "done"]
    assert titles(cast.owner, sort=Sort.CREATED) == ["asked", "done", "old"]
    assert titles(cast.owner, keyword="printer") == ["old"]
    assert titles(cast.agent, keyword="printer") == ["theirs", "old"]
    assert titles(cast.agent, account="elsewhere") == ["theirs"]
    assert titles(cast.owner, account="elsewhere") == titles(cast.owner, integration="absent") == []


def test_shared_and_followed_cases_are_lists_of_their_own(cast: Cast) -> None:
    """W7: *Shared with me*, and what is readable is in the list of all as well."""
    case = keep_case(cast.elsewhere, "shared")
    keep_case(cast.partner, "own")
    values = {"case": case, "right": "view", "created_at": SOON}
    Share.objects.create(address="a@b.test", identity=cast.owner, **values)
    Share.objects.create(address="c@b.test", identity=cast.colleague, expires_at=NOW, **values)
    Follow.objects.create(case=case, identity=cast.owner, is_following=True, since=SOON)
    assert titles(cast.owner, whose=Whose.SHARED) == titles(cast.owner, whose=Whose.FOLLOWED) == ["shared"]
    assert titles(cast.owner) == ["own", "shared"]
    assert titles(cast.colleague) == ["own"]
    assert titles(cast.colleague, whose=Whose.SHARED) == []


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from(list(CaseState))), max_size=9),
    st.builds(
        replace,
        st.sampled_from([Wanted(), Wanted("case"), Wanted(states=OPEN_STATES), Wanted(states=(CaseState.CLOSED,))]),
        sort=st.sampled_from(list(Sort)),
    ),
    st.integers(1, 4),
    st.booleans(),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_page_is_reached_once_and_the_same_way_back(
    cast: Cast, kept: list[tuple[int, int, CaseState]], wanted: Wanted, most: int, is_staff: bool
) -> None:
    """Many were updated in the same moment, and are still counted once. Staff ask other indexes for the same."""
    Case.objects.all().delete()
    for number, (minute, severity, state) in enumerate(kept):
        at = SOON + timedelta(minutes=minute)
        keep_case(cast.partner, f"case {number}", severity=severity, state=state, at=at)
    reader = reader_of(cast.agent if is_staff else cast.owner, NOW)
    whole = [line.title for line in listing(reader, wanted).lines]
    fitting = [state for _minute, _severity, state in kept if not wanted.states or state in wanted.states]
    assert len(set(whole)) == len(fitting) == listing(reader, wanted, 1, is_counted=True).total
    assert walked(reader, wanted, most) == (whole, whole)
    assert [line.title for lines in everything(reader, wanted, most) for line in lines] == whole


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=6),
    st.sampled_from(["", "case"]),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_list_count_search_and_export_show_exactly_what_may_be_seen(
    cast: Cast, kept: list[tuple[bool, bool, bool]], keyword: str
) -> None:
    """W7: the differential: `Scope.covers` of every case."""
    Case.objects.all().delete()
    for is_own, is_shared, is_urgent in kept:
        urgent = {"criterion": "x", "urgent_state": "confirmed"} if is_urgent else {}
        case = keep_case(cast.partner if is_own else cast.elsewhere, "case", **urgent)  # type: ignore[arg-type]
        if is_shared:
            Share.objects.create(case=case, address="x@y.test", identity=cast.outsider, right="view", created_at=SOON)
    people = (cast.owner, cast.reader, cast.outsider, cast.agent, cast.engineer, cast.manager, cast.administrator)
    for person in people:
        reader, wanted = reader_of(person, NOW), Wanted(keyword=keyword)
        expected = {case.number for case in Case.objects.all() if reader.scope.covers(case)}
        page = listing(reader, wanted)
        exported = [line.number for lines in everything(reader, wanted, 2) for line in lines]
        assert {line.number for line in page.lines} == expected == set(exported), person.name
        counted = listing(reader, wanted, 2, is_counted=True).total
        assert count(reader, wanted, page) == count(reader, wanted, Listing(())) == counted == len(expected) or keyword
        assert len(page.lines) == len(expected) == len(exported)


def test_the_number_of_statements_does_not_depend_on_the_number_of_cases(cast: Cast) -> None:
    reader, counts = reader_of(cast.owner, NOW), []
    for _ in range(2):
        for _case in range(4):
            keep_case(cast.partner, "printer")
        with CaptureQueriesContext(connection) as queries:
            count(reader, Wanted(), listing(reader, Wanted(), 2, is_counted=True))
            listing(reader, Wanted(keyword="printer"), 2)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_an_address_is_read_as_it_was_written_and_nonsense_is_left_out() -> None:
    query = "q=a+%26+b&status=new&status=closed&severity=1&whose=mine&sort=severity&account=bistro"
    wanted = wanted_of(QueryDict(query))
    assert wanted_of(QueryDict(wanted.query())) == wanted
    assert wanted.keyword == "a & b"
    nonsense = "status=x&severity=9&severity=a&whose=you&sort=%00&q=%00+%E2%80%A8&older=%00"
    assert wanted_of(QueryDict(nonsense)) == Wanted()


@pytest.mark.parametrize("place", ["", "x", "1.2", "9.999999999999999999999.1", "-1.-1.-1", "1.1.'; --", "²."])
def test_places_that_somebody_made_up_do_no_harm(cast: Cast, place: str) -> None:
    keep_case(cast.partner, "case")
    for sort in Sort:
        for wanted in (Wanted(sort=sort, older=place), Wanted(sort=sort, newer=place), Wanted("case", older=place)):
            found = listing(Reader(1, Scope(everything=True), reads_notes=False), wanted)
            assert len(found.lines) <= 1


def test_days_of_filing_begin_at_midnight_of_the_reader_and_the_last_one_counts(cast: Cast) -> None:
    """The owner's midnight is that of Rome: 23:00 UTC in winter, 22:00 in summer."""
    Identity.objects.filter(pk=cast.owner.pk).update(time_zone="Europe/Rome")
    cast.owner.refresh_from_db()
    for title, at in (
        ("before", datetime(2026, 10, 23, 21, 59, 59, tzinfo=UTC)),
        ("first", datetime(2026, 10, 23, 22, 0, tzinfo=UTC)),
        ("last", datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
        ("after", datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
    ):
        keep_case(cast.partner, title, at=at)
    wanted = wanted_of(QueryDict("since=2026-10-24&until=2026-10-25"))
    found = listing(reader_of(cast.owner, NOW), wanted)
    assert [line.title for line in found.lines] == ["last", "first"]
    assert wanted_of(QueryDict(wanted.query())) == wanted
    for nonsense in ("9999-12-31", "0001-01-01", "2026-02-30", "x" * 5000, "\u0661", "2026-10-24T00:00"):
        assert wanted_of(QueryDict(mutable=True)) == wanted_of(QueryDict(f"since={nonsense}&until={nonsense}"))
