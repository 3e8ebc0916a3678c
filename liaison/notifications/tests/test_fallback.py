"""R3 and R4: when a delivery fails, the next fallback is used; when there is none, the staff hear of it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.models import FIRST_ROUND_BY_HAND, Announcement, Delivery
from liaison.notifications.resending import send_again
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.worker import deliver_batch

ALERT, EMERGENCY = Topic.PRODUCTION_ALERT, Topic.TECHNICAL_EMERGENCY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


def states(announcement: Announcement) -> dict[tuple[str, int], str]:
    rows = Delivery.objects.filter(announcement=announcement)
    return {(one.address, one.round): one.state for one in rows}


def test_the_next_emergency_contact_is_told_in_place_of_a_refused_one(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_rcpt["first@p.test"].append("550 no such user")
    told = announce((EMERGENCY,), about(ladder=[person("first@p.test"), person("second@p.test")]), now=now)
    deliver_batch(now)
    assert states(told) == {
        ("first@p.test", 0): "failed",
        ("second@p.test", 0): "suppressed",
        ("second@p.test", 1): "pending",
    }
    deliver_batch(now)
    assert [one.to for one in mail_server.accepted] == ["second@p.test"]


def test_somebody_who_got_the_alert_is_told_of_the_emergency_when_it_comes_to_them(
    now: datetime, mail_server: MailServer
) -> None:
    mail_server.at_rcpt["first@p.test"].append("550 no such user")
    both = person("both@p.test")
    told = announce((EMERGENCY, ALERT), about(everyone=[both], ladder=[person("first@p.test"), both]), now=now)
    deliver_batch(now + timedelta(seconds=1))
    deliver_batch(now + timedelta(seconds=1))
    assert [one.to for one in mail_server.accepted] == ["both@p.test", "both@p.test"]
    assert told.nobody_for == []


def test_a_fallback_after_a_sending_by_hand_keeps_its_own_numbers(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_rcpt["*"].extend(["550 no such user"] * 3)
    ladder = [person(f"{name}@p.test") for name in ("first", "second", "third")]
    told = announce((EMERGENCY,), about(ladder=ladder), now=now)
    first = Delivery.objects.get(announcement=told, address="first@p.test")
    deliver_batch(now)
    send_again(first, by=None, now=now)
    deliver_batch(now)
    assert states(told)["first@p.test", FIRST_ROUND_BY_HAND] == "failed"
    assert states(told)["third@p.test", 2] == "pending"


def test_nobody_else_is_bothered_while_the_topic_reaches_somebody(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_rcpt["a@p.test"].append("550 no such user")
    announce((ALERT,), about(everyone=[person("a@p.test"), person("b@p.test")]), now=now)
    deliver_batch(now)
    assert Announcement.objects.count() == 1
    assert Delivery.objects.count() == 2


def test_when_the_last_one_fails_the_staff_are_alarmed_once(
    now: datetime, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.at_rcpt["a@p.test"].append("550 no")
    mail_server.at_rcpt["b@p.test"].append("550 no")
    told = announce((ALERT,), about(everyone=[person("a@p.test"), person("b@p.test")]), now=now)
    deliver_batch(now)
    told.refresh_from_db()
    assert told.nobody_for == [ALERT]
    assert Announcement.objects.filter(topics=[Topic.STAFF_ALARM], subject_id=told.public_id).count() == 1


def test_a_storm_that_reaches_nobody_any_more_alarms_the_staff_once_a_minute(
    now: datetime, mail_server: MailServer
) -> None:
    """R4, faults: thousands of refusals of one dead address must not bury the staff under as many alarms."""
    mail_server.at_rcpt["dead@p.test"].extend(["550 no such user"] * 30)
    lost = [announce((ALERT,), about(everyone=[person("dead@p.test")]), now=now) for _number in range(30)]
    other = dataclasses.replace(about(everyone=[person("dead@p.test")]), account_id=2)
    for seconds in (0, 1):
        deliver_batch(now + timedelta(seconds=seconds))
    alarms = Announcement.objects.filter(topics=[Topic.STAFF_ALARM])
    assert alarms.count() == 1
    assert Announcement.objects.filter(nobody_for=[ALERT]).count() == len(lost), "the desk lists each of them"
    mail_server.at_rcpt["dead@p.test"].extend(["550 no such user"] * 2)
    announce((ALERT,), other, now=now)
    deliver_batch(now + timedelta(seconds=2))
    assert alarms.count() == 2, "another account is another alarm"
    announce((ALERT,), about(everyone=[person("dead@p.test")]), now=now)
    deliver_batch(now + timedelta(seconds=61))
    assert alarms.count() == 3


def test_a_fallback_that_cannot_be_planned_does_not_undo_the_failure(
    now: datetime, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    mail_server.at_rcpt["a@p.test"].append("550 no")
    told = announce((ALERT,), about(everyone=[person("a@p.test")]), now=now)
    Announcement.objects.filter(pk=told.pk).update(facts={"everyone": [{"nonsense": True}]})
    deliver_batch(now)
    assert states(told) == {("a@p.test", 0): "failed"}
    assert "No fallback could be planned" in caplog.text
