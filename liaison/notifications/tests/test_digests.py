"""What waits for hours goes as one digest for each reader, with everything else that waits until then (C7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from liaison.catalog.vocabulary import Topic
from liaison.lib.hours import HoursRow
from liaison.notifications import forms
from liaison.notifications.actions import announce
from liaison.notifications.facts import OpenHours, TopicFacts
from liaison.notifications.models import Delivery, Message, MessageState
from liaison.notifications.registry import Subject
from liaison.notifications.testing import MailServer, TopicOfTests, about, handled_by, person
from liaison.notifications.worker import deliver_batch

NOTICE = Topic.TECHNICAL_NOTICE
HOURS = (HoursRow(frozenset(range(1, 8)), 9 * 60, 10 * 60, "Europe/Rome"),)

pytestmark = pytest.mark.django_db


class InHours(TopicOfTests):
    """Waits for the hours from nine to ten in Rome, each day."""

    def gather(self, subject: Subject, now: datetime) -> TopicFacts:
        return replace(super().gather(subject, now), waits_for=OpenHours(HOURS))


@pytest.fixture(autouse=True)
def _topics() -> Iterator[None]:
    forms.forget()  # what an earlier test kept was rolled back
    with handled_by({NOTICE: InHours(NOTICE), Topic.STAFF_ALARM: TopicOfTests(Topic.STAFF_ALARM)}):
        yield


def notice(number: int, *addresses: str, endpoints: tuple[str, ...] = ()) -> Subject:
    people = [person(address, endpoints=list(endpoints)) for address in addresses]
    return replace(about(everyone=people, title=f"Notice {number}"), id=str(number), account_id=7)


def test_a_night_of_notices_is_one_mail_for_each_reader(now: datetime, mail_server: MailServer) -> None:
    announce((NOTICE,), notice(1, "a@p.test", "b@p.test"), now=now)
    announce((NOTICE,), notice(2, "a@p.test"), now=now + timedelta(hours=1))
    announce((NOTICE,), notice(3, "a@p.test"), now=now + timedelta(hours=9))
    release = set(Delivery.objects.values_list("due_at", flat=True))
    assert len(release) == 1
    (moment,) = release
    assert deliver_batch(moment - timedelta(seconds=1)) == 0
    deliver_batch(moment)
    got = {received.to: str(received.mail["Subject"]) for received in mail_server.accepted}
    assert got == {"a@p.test": "3 messages: Notice 1 [en]", "b@p.test": "Notice 1 [en]"}
    assert len(mail_server.accepted) == 2


def test_a_program_gets_each_at_that_moment_by_itself(now: datetime) -> None:
    for number in (1, 2):
        announce((NOTICE,), notice(number, "a@p.test", endpoints=("hook",)), now=now)
    hooks = Message.objects.filter(channel="webhook")
    assert [(one.state, one.bundle) for one in hooks] == [("pending", "")] * 2
    assert all(one.due_at > now and one.created_at == one.due_at for one in hooks)
    assert Message.objects.filter(state=MessageState.GATHERING).count() == 1
