from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries

from liaison.catalog.vocabulary import Topic
from liaison.notifications import queries, wording
from liaison.notifications.actions import announce
from liaison.notifications.channels.contract import Outcome
from liaison.notifications.facts import Channel, Reason, Withheld
from liaison.notifications.links import portal_link
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.worker import deliver_batch

ALERT = Topic.PRODUCTION_ALERT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


def test_the_proof_names_recipient_reason_time_and_message_id(now: datetime, mail_server: MailServer) -> None:
    mail_server.at_rcpt["b@p.test"].append("550 5.1.1 unknown")
    people = [person("a@p.test"), person("b@p.test"), person("c@p.test", blocked="declined")]
    announce((ALERT,), about(everyone=people), now=now)
    deliver_batch(now + timedelta(milliseconds=740))
    (line,) = queries.announcements_about("test", "1")
    a, b, c = sorted(line.deliveries, key=lambda delivery: delivery.address)
    assert a.message is not None
    assert b.message is not None
    assert (a.shown_state, a.milliseconds) == ("accepted", 740)
    assert a.message.message_id == mail_server.accepted[0].message_id
    assert a.because[0].reason is Reason.ALERT_CONTACT
    assert (b.shown_state, b.milliseconds, b.message.attempts[0].detail) == ("failed", None, "5.1.1 unknown")
    assert (c.shown_state, c.state_reason, c.message) == ("suppressed", "declined", None)
    assert not line.is_open


def test_it_takes_three_queries_however_much_there_is(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        announce((ALERT,), about(everyone=[person(f"{n}@p.test") for n in range(number + 1)]), now=now)
    deliver_batch(now)
    with django_assert_num_queries(3):
        assert len(queries.announcements_about("test", "1")) == 3
    with django_assert_num_queries(3):
        assert len(queries.announcements_about_each("test", ["1", "2"])["1"]) == 3


def test_the_oldest_message_that_waits_is_known(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    announce((ALERT,), about(everyone=[person("a@p.test")]), now=now)
    announce((ALERT,), about(everyone=[person("b@p.test")]), now=now + timedelta(hours=1))
    with django_assert_num_queries(1):
        stats = queries.message_stats(now + timedelta(hours=2))
    assert (stats.waiting, stats.oldest_due_at) == (2, now)


def test_everything_that_can_be_stored_has_words() -> None:
    assert all(wording.reason_label(reason) for reason in Reason)
    assert all(wording.withheld_label(withheld) for withheld in Withheld)
    assert all(wording.state_reason_label(failed) for failed in wording.FailedBecause)
    assert all(wording.channel_label(channel) for channel in Channel)
    assert set(wording.WHY_YOU) == set(Reason)
    assert Outcome.ACCEPTED in set(Outcome)


def test_links_start_with_the_portal_of_the_settings(settings: LazySettings) -> None:
    settings.PORTAL_URL = "https://portal.operator.test"
    assert portal_link("/incidents/7", "abc") == "https://portal.operator.test/go/incidents/7?as=abc"
    assert portal_link("/incidents?state=firing", "abc").endswith("/go/incidents?state=firing&as=abc")
