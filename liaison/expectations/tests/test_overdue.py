"""What is overdue is asked for again, one field further each time, at growing pauses, and staff see it (S7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.contacts.models import ContactRecord
from liaison.expectations import actions
from liaison.expectations.models import Expectation
from liaison.expectations.overdue import pass_overdue
from liaison.expectations.tests.conftest import MONDAY, notice_of
from liaison.expectations.vocabulary import AnsweredVia
from liaison.health.models import Incident
from liaison.integrations.models import EnvironmentName, Integration
from liaison.ledger.testing import take_in
from liaison.notices.models import Notice
from liaison.notifications.models import Announcement, Delivery, DeliveryState, Escalation
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

DAY = timedelta(days=1)


def told_last() -> set[str]:
    """Return the names of those whom the newest announcement of an overdue answer tells."""
    newest = Announcement.objects.filter(facts__event="overdue").latest("pk")
    rows = Delivery.objects.filter(announcement=newest).exclude(state=DeliveryState.SUPPRESSED)
    return set(rows.values_list("name", flat=True))


def expected(notice: Notice) -> Expectation:
    return Expectation.objects.get(subject_kind="notice", subject_id=str(notice.pk))


def about(incident: Incident) -> Expectation:
    return Expectation.objects.get(subject_kind="incident", subject_id=str(incident.pk))


def test_each_time_one_field_more_hears_of_it(cast: Cast) -> None:
    """The non-emergency contacts, then the emergency contacts, the administrators, and at last the partner manager."""
    notice = notice_of(cast)
    now, told = expected(notice).due_at, []
    assert pass_overdue(now - timedelta(seconds=1)) == 0
    for _time in range(5):
        assert pass_overdue(now) == 1
        told.append(told_last())
        found = expected(notice)
        assert pass_overdue(now) == 0, "once for each pause"
        now = found.repeat_at or now
    assert told == [
        {"Tech", "Night"},
        {"Tech", "Olivia Owner"},
        {"Tech", "Mira Manager"},
        {"Tech", "Mira Manager"},
        {"Tech", "Mira Manager"},
    ]
    assert (found.passed, found.repeat_at) == (5, None)
    assert pass_overdue(now + 365 * DAY) == 0, "then staff have it on their list"
    assert Event.objects.filter(kind="expectation.passed").count() == 5
    assert not Announcement.objects.filter(topics__contains=["staff_alarm"]).exists()


def test_the_pauses_grow(cast: Cast) -> None:
    notice = notice_of(cast, expected="answer")
    now, pauses = expected(notice).due_at, []
    for _time in range(4):
        pass_overdue(now)
        following = expected(notice).repeat_at
        assert following is not None
        pauses.append(following - now)
        now = following
    assert pauses == sorted(pauses)
    assert pauses[0] == DAY
    assert pauses[-1] >= 8 * DAY


@pytest.mark.parametrize(
    ("topic", "first"),
    [("merchant_issue", {"Merchants", "Carlo Colleague"}), ("user_escalation", {"Carlo Colleague", "Olivia Owner"})],
)
def test_each_topic_has_its_own_next_field(cast: Cast, topic: str, first: set[str]) -> None:
    pass_overdue(expected(notice_of(cast, topic)).due_at)
    assert told_last() == first


def test_a_field_that_reaches_nobody_is_passed_over(cast: Cast) -> None:
    ContactRecord.objects.get(account=cast.partner).entries.filter(name="Night").delete()
    pass_overdue(expected(notice_of(cast)).due_at)
    assert told_last() == {"Tech", "Olivia Owner"}


def test_the_mail_says_what_was_expected_by_when_and_how_to_answer(cast: Cast, mail_server: MailServer) -> None:
    notice = notice_of(cast)
    deliver_batch(MONDAY + timedelta(seconds=1))
    (first,) = mail_server.accepted
    assert "Say that you have seen it, and when it will be solved" in first.body("plain")
    assert "/expected/" in first.body("html")
    due_at = expected(notice).due_at
    pass_overdue(due_at)
    deliver_batch(due_at + timedelta(seconds=1))
    repeated = {one.to: one for one in mail_server.accepted[1:]}
    assert set(repeated) == {"tech@bistro.test", "night@bistro.test"}
    mail = repeated["night@bistro.test"]
    assert str(mail.mail["Subject"]) == "Your answer is overdue: Move to version 3"
    assert "It was expected by" in mail.body("plain")


def test_the_partner_manager_is_told_and_does_not_answer_for_the_partner(cast: Cast, mail_server: MailServer) -> None:
    notice = notice_of(cast)
    now = expected(notice).due_at
    for _time in range(3):
        now = expected(notice).repeat_at or now
        pass_overdue(now)
    deliver_batch(now + timedelta(seconds=1))
    mails = [one for one in mail_server.accepted if one.to == "mira@operator.test"]
    assert len(mails) == 1
    assert "/expected/" not in mails[0].body("html")


def test_who_has_answered_is_not_reminded_though_the_mail_waits(cast: Cast, mail_server: MailServer) -> None:
    notice = notice_of(cast)
    deliver_batch(MONDAY + timedelta(seconds=1))
    due_at = expected(notice).due_at
    pass_overdue(due_at)
    actions.answer_expectation(
        actor=cast.owner, expectation=expected(notice), answer="seen", via=AnsweredVia.API, now=due_at
    )
    before = len(mail_server.accepted)
    deliver_batch(due_at + timedelta(seconds=1))
    assert len(mail_server.accepted) == before
    assert expected(notice).passed == 0, "the next deadline begins anew"


def test_an_alert_expects_an_answer_and_its_end_ends_that(cast: Cast) -> None:
    incident = take_in(cast.partner, now=MONDAY)
    found = about(incident)
    assert (found.topic, found.due_at) == ("production_alert", MONDAY + timedelta(hours=4))
    emergency = take_in(cast.partner, "Everything fails", "critical", now=MONDAY)
    found = about(emergency)
    assert (found.topic, found.due_at) == ("technical_emergency", MONDAY + timedelta(minutes=30))
    assert pass_overdue(found.due_at) == 1
    assert told_last() == {"Night", "Olivia Owner"}
    assert Escalation.objects.count() == 1, "an overdue answer begins no escalation of its own"


def test_nothing_is_expected_about_the_sandbox_or_while_paused(cast: Cast) -> None:
    take_in(cast.partner, environment=EnvironmentName.SANDBOX, now=MONDAY)
    assert not Expectation.objects.exists()
    incident = take_in(cast.partner, now=MONDAY)
    Integration.objects.filter(account=cast.partner).update(status="paused")
    take_in(cast.partner, "Something else", now=MONDAY)
    assert Expectation.objects.count() == 1
    later = about(incident).due_at
    assert pass_overdue(later) == 0, "nobody is reminded while it is paused"
    Integration.objects.filter(account=cast.partner).update(status="live")
    assert pass_overdue(later + timedelta(minutes=5)) == 1


def test_whoever_works_on_an_emergency_has_it(cast: Cast) -> None:
    emergency = take_in(cast.partner, severity="critical", now=MONDAY)
    later = MONDAY + timedelta(minutes=5)
    estimate = MONDAY + timedelta(hours=2)
    actions.answer_expectation(
        actor=cast.owner, expectation=about(emergency), answer="working", estimate_at=estimate, via=AnsweredVia.PAGE,
        now=later,
    )  # fmt: skip
    escalation = Escalation.objects.get(subject_kind="incident", subject_id=str(emergency.pk))
    assert (escalation.state, escalation.acknowledged_by) == ("acknowledged", cast.owner)
    assert about(emergency).due_at == estimate


def test_what_is_solved_and_still_fires_waits_for_the_end(cast: Cast) -> None:
    incident = take_in(cast.partner, now=MONDAY)
    actions.answer_expectation(
        actor=cast.owner, expectation=about(incident), answer="solved", via=AnsweredVia.PAGE, now=MONDAY
    )
    found = about(incident)
    assert (found.answer, found.closed_at) == ("solved", None)
    assert found.due_at > MONDAY


def test_staff_and_the_partner_see_on_the_home_page_what_is_overdue(cast: Cast, client: Client) -> None:
    long_ago: datetime = MONDAY - timedelta(days=300)
    notice_of(cast, now=long_ago)
    sign_in(client, cast.agent)
    assert "Partners have not answered" in client.get("/u/0/").content.decode()
    sign_in(client, cast.owner)
    assert "Your answer is overdue" in client.get("/u/0/").content.decode()
    assert "Overdue" in client.get("/u/0/expectations/?state=overdue").content.decode()


def test_one_that_breaks_stops_no_other(cast: Cast) -> None:
    """What is longest overdue comes first: whatever is wrong with it must not silence everybody behind it."""
    broken, fine = expected(notice_of(cast)), notice_of(cast, title="Another one")
    Expectation.objects.filter(pk=broken.pk).update(subject_id="0", repeat_at=broken.due_at - DAY)
    assert pass_overdue(expected(fine).due_at) == 1
    assert expected(fine).passed == 1
    broken.refresh_from_db()
    assert (broken.passed, broken.repeat_at) == (0, broken.due_at - DAY)
