"""The partner answers what is expected: on the page, by the API, by a link; once, in order, and only who may (S7)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.contacts.models import ContactRecord
from liaison.expectations import access, actions
from liaison.expectations.links import gives_answer, token_of
from liaison.expectations.listing import listing_of
from liaison.expectations.models import AnswerGiven, Expectation
from liaison.expectations.tests.conftest import MONDAY, notice_of
from liaison.expectations.vocabulary import AnsweredVia, ClosedBecause, ExpectationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.notices.actions import withdraw_notice
from liaison.notices.models import Notice
from liaison.notifications.models import Delivery

HOUR = timedelta(hours=1)


def expected(notice: Notice) -> Expectation:
    return Expectation.objects.select_related("account").get(subject_kind="notice", subject_id=str(notice.pk))


def answered(
    cast: Cast, notice: Notice, answer: str, estimate_at: datetime | None = None, *, now: datetime = MONDAY + HOUR
) -> Expectation:
    actions.answer_expectation(
        actor=cast.owner,
        expectation=expected(notice),
        answer=answer,
        estimate_at=estimate_at,
        note="We look into it.",
        via=AnsweredVia.API,
        now=now,
    )
    return expected(notice)


def delivery_of(notice: Notice) -> Delivery:
    rows = Delivery.objects.select_related("announcement")
    return rows.get(announcement__subject_kind="notice", announcement__subject_id=str(notice.pk), message__isnull=False)


def test_a_notice_expects_an_answer_within_a_business_day(cast: Cast, notice: Notice) -> None:
    found = expected(notice)
    assert (found.expected, found.topic, found.asked_by) == ("answer", "technical_notice", cast.agent)
    assert found.due_at == found.repeat_at == found.first_due_at == MONDAY + timedelta(days=1)
    assert Event.objects.get(kind="expectation.set").facts["about_id"] == str(notice.pk)


def test_staff_choose_what_is_expected_and_by_when_or_nothing(cast: Cast) -> None:
    due_at = MONDAY + timedelta(days=200)
    found = expected(notice_of(cast, expected="change", due_at=due_at))
    assert (found.expected, found.due_at) == ("change", due_at)
    nothing = notice_of(cast, expected="")
    assert not Expectation.objects.filter(subject_id=str(nothing.pk)).exists()
    for wrong in ({"expected": "gossip"}, {"due_at": MONDAY}, {"due_at": MONDAY + timedelta(days=400)}):
        with pytest.raises(Invalid):
            notice_of(cast, **wrong)


def test_seen_gives_time_for_the_next_stage(cast: Cast, notice: Notice) -> None:
    found = answered(cast, notice, "seen")
    assert (found.answer, found.closed_at) == ("seen", None)
    assert found.due_at == found.repeat_at == MONDAY + HOUR + timedelta(days=7), "five business days"


def test_working_is_due_at_the_estimate_and_solved_closes_it(cast: Cast, notice: Notice) -> None:
    estimate = MONDAY + timedelta(days=3)
    found = answered(cast, notice, "working", estimate)
    assert (found.answer, found.due_at, found.estimate_at) == ("working", estimate, estimate)
    found = answered(cast, notice, "solved", now=MONDAY + 2 * HOUR)
    assert (found.closed_at, found.closed_because) == (MONDAY + 2 * HOUR, ClosedBecause.SOLVED)
    assert found.repeat_at is None
    assert [one.answer for one in found.answers.order_by("pk")] == ["working", "solved"]
    kinds = list(Event.objects.filter(kind__startswith="expectation.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["expectation.set", "expectation.answered", "expectation.answered", "expectation.closed"]


@pytest.mark.parametrize(
    ("answer", "estimate", "code"),
    [
        ("gone", None, ExpectationCode.UNKNOWN_ANSWER),
        ("working", None, ExpectationCode.ESTIMATE_NEEDED),
        ("working", timedelta(hours=-1), ExpectationCode.ESTIMATE_PAST),
        ("working", timedelta(days=31), ExpectationCode.ESTIMATE_TOO_FAR),
    ],
)
def test_it_refuses_what_is_no_answer(
    cast: Cast, notice: Notice, answer: str, estimate: timedelta | None, code: ExpectationCode
) -> None:
    with pytest.raises(Invalid) as refused:
        answered(cast, notice, answer, None if estimate is None else MONDAY + HOUR + estimate)
    assert [one.code for one in refused.value.problems] == [code]
    assert not AnswerGiven.objects.exists()


def test_the_same_twice_says_nothing_new_and_what_is_closed_takes_no_answer(cast: Cast, notice: Notice) -> None:
    answered(cast, notice, "seen")
    with pytest.raises(Conflict) as refused:
        answered(cast, notice, "seen")
    assert refused.value.code == ExpectationCode.SAID_ALREADY
    answered(cast, notice, "solved")
    with pytest.raises(Conflict) as refused:
        answered(cast, notice, "working", MONDAY + timedelta(days=2))
    assert refused.value.code == ExpectationCode.CLOSED


def test_what_is_withdrawn_expects_nothing_any_more(cast: Cast, notice: Notice) -> None:
    withdraw_notice(actor=cast.agent, notice=notice, now=MONDAY + HOUR)
    assert expected(notice).closed_because == ClosedBecause.WITHDRAWN


def test_only_the_partner_answers_and_only_staff_change(cast: Cast, notice: Notice) -> None:
    """W2: who only reads the account answers where they were told."""
    found = expected(notice)
    for who, refusal in (
        (cast.outsider, Missing),
        (cast.engineer, Missing),
        (cast.reader, Forbidden),
        (cast.agent, Forbidden),
    ):
        with pytest.raises(refusal):
            actions.answer_expectation(actor=who, expectation=found, answer="seen", via=AnsweredVia.API, now=MONDAY)
    for who, refusal in ((cast.outsider, Missing), (cast.owner, Forbidden)):
        with pytest.raises(refusal):
            actions.close_expectation(actor=who, expectation=found, now=MONDAY)
        with pytest.raises(refusal):
            actions.change_expectation(actor=who, expectation=found, expected="fix", due_at=MONDAY + HOUR, now=MONDAY)
    for outside in (cast.outsider, cast.engineer):
        with pytest.raises(Missing):
            access.expectation_for(outside, found.public_id)


def test_staff_change_and_close_it(cast: Cast, notice: Notice) -> None:
    due_at = MONDAY + timedelta(days=5)
    changed = actions.change_expectation(
        actor=cast.manager, expectation=expected(notice), expected="fix", due_at=due_at, now=MONDAY
    )
    assert (changed.expected, changed.due_at, changed.repeat_at) == ("fix", due_at, due_at)
    closed = actions.close_expectation(actor=cast.manager, expectation=changed, now=MONDAY)
    assert closed.closed_because == ClosedBecause.STAFF
    with pytest.raises(Conflict):
        actions.close_expectation(actor=cast.manager, expectation=changed, now=MONDAY)


def test_the_reader_of_the_message_answers_by_its_link(cast: Cast, notice: Notice, client: Client) -> None:
    delivery = delivery_of(notice)
    address = f"/expected/{token_of(delivery.public_id)}/"
    page = client.get(address, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert "Move to version 3" in page.content.decode()
    assert not AnswerGiven.objects.exists(), "looking at it answers nothing"
    assert client.post(address, {"answer": "working"}).status_code == 422, "an estimate is missing"
    assert client.post(address, {"answer": "seen", "note": "Anna"}).status_code == 200
    given = AnswerGiven.objects.get()
    assert (given.answer, given.via, given.by, given.by_address) == ("seen", "link", None, "tech@bistro.test")
    assert gives_answer(delivery)
    assert client.post(address, {"answer": "solved"}).status_code == 200
    assert client.post(address, {"answer": "solved"}).status_code == 410
    assert not gives_answer(delivery)
    assert client.get(address).status_code == 200


def test_who_left_the_field_has_no_link_any_more(cast: Cast, notice: Notice, client: Client) -> None:
    """Invariant 2."""
    delivery = delivery_of(notice)
    ContactRecord.objects.get(account=cast.partner).entries.filter(name="Tech").delete()
    assert client.get(f"/expected/{token_of(delivery.public_id)}/").status_code == 404
    assert client.get(f"/expected/{delivery.public_id}.forged/").status_code == 404


def test_the_partner_answers_on_the_page_of_the_notice(cast: Cast, notice: Notice, client: Client) -> None:
    sign_in(client, cast.owner)
    page = client.get(f"/u/0/notices/{notice.public_id}/").content.decode()
    assert "What is expected" in page
    answer = client.post(f"/u/0/expectations/{expected(notice).public_id}/answer/", {"answer": "seen"})
    assert (answer.status_code, answer["Location"]) == (302, f"/u/0/notices/{notice.public_id}/")
    assert AnswerGiven.objects.get().by == cast.owner
    sign_in(client, cast.agent)
    page = client.get("/u/0/expectations/").content.decode()
    assert "Move to version 3" in page
    assert "Bistro" in page


def test_the_list_asks_the_database_equally_often_for_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    notice_of(cast)
    with django_assert_num_queries(3):
        listing_of(cast.agent, {}, "1", MONDAY)
    for _number in range(5):
        notice_of(cast)
    with django_assert_num_queries(3):
        found = listing_of(cast.agent, {}, "1", MONDAY)
    assert len(found.rows) == 6
    assert listing_of(cast.agent, {"state": "overdue"}, "1", MONDAY).rows == ()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_at_once_that_it_is_solved_one_closes_it(cast: Cast) -> None:
    notice, gate = notice_of(cast, now=utc_now()), threading.Barrier(2)
    found = expected(notice)

    def answer() -> str:
        gate.wait()
        try:
            actions.answer_expectation(
                actor=cast.owner, expectation=found, answer="solved", via=AnsweredVia.API, now=utc_now()
            )
        except Conflict as refusal:
            return str(refusal.code)
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(future.result() for future in [pool.submit(answer), pool.submit(answer)])
    assert outcomes == [ExpectationCode.CLOSED, "kept"]
    assert AnswerGiven.objects.count() == 1
    assert Event.objects.filter(kind="expectation.closed").count() == 1
