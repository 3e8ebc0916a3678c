"""Whoever heard that it began hears that it is over; whom nothing can have reached does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.testing import MailServer, Trick, about, person
from liaison.notifications.told import told_about
from liaison.notifications.worker import deliver_batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


def test_a_refused_address_was_not_told_and_one_whose_answers_were_lost_may_have_been(
    now: datetime, mail_server: MailServer
) -> None:
    mail_server.at_rcpt["gone@p.test"].append("550 no such user")
    mail_server.at_dot["lost@p.test"].extend([Trick.DROP, Trick.DROP])
    people = [person(f"{name}@p.test") for name in ("gone", "lost", "reached")]
    declined = person("declined@p.test", blocked="declined")
    announce((Topic.PRODUCTION_ALERT,), about(everyone=[*people, declined]), now=now)
    for minutes in range(3):
        deliver_batch(now + timedelta(minutes=minutes))
    told = told_about("test", "1")
    assert told.keys == {"address:lost@p.test", "address:reached@p.test"}
    assert told.topics == {Topic.PRODUCTION_ALERT}
