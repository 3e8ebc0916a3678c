"""Search over titles, messages and numbers (issue 6, point 7; L1, W7, W8)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.accounts.testing import Cast
from liaison.cases.access import scope_of
from liaison.cases.conditions import ALWAYS, Condition
from liaison.cases.lists.testing import SOON, keep_case, keep_note, keep_update
from liaison.cases.models import Case, Share
from liaison.cases.scope import Scope
from liaison.cases.search import asking
from liaison.cases.search.asking import Asked, found_page, statement_of
from liaison.cases.vocabulary import UrgentState

pytestmark = pytest.mark.django_db
ALL = Scope(everything=True)


def search(scope: Scope, text: str, *, notes: bool = False, condition: Condition = ALWAYS) -> list[str]:
    """Return the titles found, in order."""
    asked = Asked(scope, text, notes, condition, columns="SELECT cases_case.title")
    return [title for (title,) in found_page(asked, 50).rows]


def scopes_of_all_sorts(case: Case) -> list[Scope]:
    """Return scopes that see a case, by account, by share, and all of them."""
    return [Scope(accounts=frozenset({case.account_id})), Scope(shared=frozenset({case.pk})), ALL]


OURS = ["timeout_504", "TIMEOUT", "결제오류", "류가", "订单", "zamow", "outage 订单"]
NUMBERS = ["408-271-9365", "#408 271", "2719", "4082719365", "  #4082719365 "]


@pytest.mark.parametrize("question", OURS + NUMBERS)
def test_everybody_who_sees_a_case_finds_it_by_its_words_and_its_number(cast: Cast, question: str) -> None:
    case = keep_case(cast.partner, "Outage TIMEOUT_504", "어제부터 결제오류가 납니다", number="4082719365")
    keep_update(case, "支付订单失败, Zamówienie")
    keep_case(cast.elsewhere, "Other", "text", number="1111111111")
    for scope in scopes_of_all_sorts(case):
        assert search(scope, question) == ["Outage TIMEOUT_504"], scope


@pytest.mark.parametrize(
    "question", ["", " ", "!", "\x00", "#", "absent", "time in", "408 999", "#outage4082", "' | 'a"]
)
def test_nothing_else_is_found(cast: Cast, question: str) -> None:
    case = keep_case(cast.partner, "Outage TIMEOUT_504", number="4082719365")
    for scope in scopes_of_all_sorts(case):
        assert search(scope, question) == []


def test_a_number_comes_first_then_titles_then_the_newest(cast: Cast) -> None:
    keep_case(cast.partner, "old", "printer")
    keep_case(cast.partner, "A printer burns", "help")
    keep_case(cast.partner, "new", "the printers 4082719365")
    keep_case(cast.partner, "numbered", "printer", number="4082719365", at=SOON - timedelta(days=9))
    for scope in (Scope(accounts=frozenset({cast.partner.pk})), ALL):
        assert search(scope, "printer") == ["A printer burns", "new", "old", "numbered"]
        assert search(scope, "408-271-9365") == ["numbered"]
        assert search(scope, "4082719365") == ["numbered", "new"]


def test_words_are_found_together_wherever_they_stand_in_a_long_case(cast: Cast) -> None:
    case = keep_case(cast.partner, "Alpha", "결제")
    for number in range(9):
        keep_update(case, " ".join(f"{word:x}q" for word in range(number * 1000, number * 1000 + 1000)))
    keep_update(case, "omega")
    keep_case(cast.partner, "Only alpha")
    for scope in scopes_of_all_sorts(case):
        assert search(scope, "alpha omega") == ["Alpha"]
        assert search(scope, "omega 결제") == ["Alpha"]
        assert search(scope, "alpha omega absent") == []


@pytest.mark.parametrize(("many", "newest"), [(0, 2_000), (0, 5), (3, 2_000), (5, 2_000)])
def test_a_word_of_many_cases_is_found_among_the_newest_as_by_sorting_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, many: int, newest: int
) -> None:
    """Whether the newest are enough for a page or not, rows, order and count are the same (W7)."""
    for number in range(9):
        title = "printer" if number in {1, 4} else f"case {number}"
        keep_case(cast.elsewhere, title, "printer", at=SOON + timedelta(minutes=number))
        keep_case(cast.partner, title, "none" if number % 3 else "printer", at=SOON - timedelta(minutes=number))
    for scope, moment in ((Scope(accounts=frozenset({cast.partner.pk})), "updated_at"), (ALL, "staff_updated_at")):
        asked = Asked(scope, "printer", reads_notes=True, moment=moment)
        expected = found_page(asked, 3)
        with monkeypatch.context() as patched:
            patched.setattr(asking, "_MANY", many)
            patched.setattr(asking, "_NEWEST", newest)
            assert found_page(asked, 3) == expected
        assert expected.total == (5 if scope.accounts else 14)


def test_a_place_that_leads_nowhere_is_the_beginning(cast: Cast) -> None:
    cases = [keep_case(cast.partner, "printer") for _ in range(3)]
    first, last = cases[-1].number, cases[0].number
    scope = Scope(accounts=frozenset({cast.partner.pk}))
    asked = Asked(scope, "printer", reads_notes=False)
    whole = found_page(asked, 2)
    assert len(whole.rows) == 2
    for older, newer in ((last, ""), ("absent\x00", ""), ("", first), ("", "absent")):
        assert found_page(replace(asked, older=older, newer=newer), 2) == whole
    page = found_page(replace(asked, older=cases[1].number), 2)
    assert (page.rows, page.before, page.total) == ([(cases[0].pk,)], 2, 3)


def test_filters_hold_before_the_limit(cast: Cast) -> None:
    keep_case(cast.partner, "closed one", "printer", state="closed", at=SOON - timedelta(days=3))
    for number in range(5):
        keep_case(cast.partner, f"open {number}", "printer")
    for scope in (Scope(accounts=frozenset({cast.partner.pk})), ALL):
        asked = Asked(
            scope,
            "printer",
            reads_notes=False,
            condition=Condition("cases_case.state = %s", ("closed",)),
            columns="SELECT cases_case.title",
        )
        assert found_page(asked, 50, most=2).rows == [("closed one",)]


def test_a_word_of_a_note_is_found_by_those_alone_who_may_read_notes(cast: Cast) -> None:
    """W8: not by those who see the case otherwise, and their order does not move."""
    first = keep_case(cast.partner, "first", "printer")
    keep_case(cast.partner, "second", "printer")
    before = [search(scope, "printer") for scope in scopes_of_all_sorts(first)]
    keep_note(first, "The ZQXJ printer is a fraud 비밀", at=SOON + timedelta(days=1))
    for scope, titles in zip(scopes_of_all_sorts(first), before, strict=True):
        assert search(scope, "zqxj") == search(scope, "비밀") == search(scope, "밀") == []
        assert search(scope, "printer") == titles
        assert search(scope, "zqxj", notes=True) == search(scope, "비밀", notes=True) == ["first"]


def test_what_others_ask_never_names_the_internal_words(cast: Cast) -> None:
    case = keep_case(cast.partner, "first", "printer")
    for scope in (*scopes_of_all_sorts(case), Scope(urgent=True), Scope(accounts=frozenset(range(99)))):
        with CaptureQueriesContext(connection) as queries:
            search(scope, "printer two 4082")
        assert len(queries) == 1
        statement = statement_of(Asked(scope, "printer two 4082", reads_notes=False), 50)
        assert statement
        assert "internal" not in statement.sql


def test_urgent_cases_are_found_by_engineers_once_triage_confirmed_them(cast: Cast) -> None:
    for state in (UrgentState.CONFIRMED, UrgentState.CLAIMED):
        keep_case(cast.partner, state.value, "printer", urgent_state=state.value, criterion="integration_down")
    assert search(Scope(urgent=True), "printer") == ["confirmed"]


WORDS = ("alpha", "alphabet", "beta", "결제", "오류", "订单", "504")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)


@given(
    st.lists(st.tuples(st.booleans(), TEXTS, TEXTS, TEXTS, st.booleans(), st.booleans()), min_size=1, max_size=6),
    st.lists(st.sampled_from((*WORDS, "alph", "제")), min_size=1, max_size=2).map(" ".join),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_is_seen_and_has_the_words_is_found(
    cast: Cast, kept: list[tuple[bool, str, str, str, bool, bool]], question: str
) -> None:
    """W7: for each of the cast, `Scope.covers` and the words decide, and nothing else."""
    Case.objects.all().delete()
    words: dict[int, tuple[str, str]] = {}
    for is_own, title, text, note, is_urgent, is_shared in kept:
        urgent: dict[str, Any] = {"criterion": "x", "urgent_state": "confirmed"} if is_urgent else {}
        case = keep_case(cast.partner if is_own else cast.elsewhere, title or "none", text, **urgent)
        if note:
            keep_note(case, note)
        if is_shared:
            Share.objects.create(case=case, address="x@y.test", identity=cast.outsider, right="view", created_at=SOON)
        words[case.pk] = (f"{title} {text}", note)
    for actor in (cast.owner, cast.outsider, cast.agent, cast.engineer, cast.manager):
        scope = scope_of(actor, SOON)
        expected = {
            case.pk
            for case in Case.objects.all()
            if scope.covers(case)
            and (_has(words[case.pk][0], question) or (actor.is_staff and _has(words[case.pk][1], question)))
        }
        found = [pk for (pk,) in found_page(Asked(scope, question, reads_notes=actor.is_staff), 50).rows]
        assert set(found) == expected, actor.name
        assert len(found) == len(expected)


def _has(text: str, question: str) -> bool:
    return all(re.search(rf"\b{word}" if word.isascii() else word, text) for word in question.split())


@pytest.mark.parametrize("scope", [ALL, Scope(accounts=frozenset({1, 2}))])
def test_the_index_answers(cast: Cast, scope: Scope) -> None:
    """No question reads the table through."""
    keep_case(cast.partner, "printer")
    statement = statement_of(Asked(scope, "printer burns", reads_notes=True), 50)
    assert statement
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + statement.sql, statement.values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on cases_searchrow" not in plan
    assert "search_shared_by" in plan
    assert "search_internal_by" in plan
