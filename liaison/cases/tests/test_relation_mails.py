"""What is mailed when access to a customer's cases begins or ends, by a real SMTP server (D5, W6, W11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast
from liaison.cases.actions import hand_over_cases, share_case
from liaison.cases.delegated.unread import watch_unread
from liaison.cases.models import Case
from liaison.cases.numbers import shown
from liaison.cases.tests.delegates import World, day, make_world
from liaison.delegation.actions.writing import signed_in
from liaison.delegation.models import ContactLink
from liaison.delegation.testing import make_customer
from liaison.lib.clock import utc_now
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch

TITLE = "비밀 <b>제목</b>"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world()


def mailed(server: MailServer, person: Identity | str, words: str) -> str:
    """Return the one mail to somebody whose subject has these words; empty where there is none."""
    for _ in range(4):
        deliver_batch(utc_now())
    address = person if isinstance(person, str) else person.mailbox
    found = [one for one in server.accepted if one.to == address and words in str(one.mail["Subject"])]
    assert len(found) <= 1
    assert all(one.body("html") for one in found)
    return "".join(one.body("plain") for one in found)


def test_the_customer_is_asked_and_the_former_filer_told_without_content(world: World, mail_server: MailServer) -> None:
    """D5: not even the title."""
    case = world.files(1, by=world.rita, title=TITLE)
    world.manages(world.nina, 5)
    asked = mailed(mail_server, world.ugo, "Hand over open cases to Later?")
    assert "/go/cases/hand-over?as=" in asked
    ended = mailed(mail_server, world.rita, "Your access to cases of Trattoria has ended")
    assert shown(case.number) in ended
    assert "제목" not in asked + ended


def test_nobody_is_asked_for_what_is_decided_nor_told_of_what_came_back(world: World, mail_server: MailServer) -> None:
    """Invariant 2: it is looked at again when the mail is sent."""
    world.files(1, by=world.rita)
    world.manages(world.nina, 5)
    hand_over_cases(
        actor=signed_in(world.ugo), customer=world.customer, account=world.nina.account, numbers=None, now=day(6)
    )
    world.manages(world.rita, 7)
    world.grants(world.rita, 7)
    assert not mailed(mail_server, world.ugo, "Hand over open cases to Later?")
    assert not mailed(mail_server, world.rita, "Your access to cases")


def test_the_customer_hears_of_shares_that_ended(world: World, mail_server: MailServer) -> None:
    """W6."""
    case = world.files(1, title=TITLE)
    share_case(actor=world.rita, case=case, address="x@example.test", right="view", now=day(2))
    world.revokes(world.rita, 3)
    told = mailed(mail_server, world.ugo, "Sharing of your cases has ended")
    assert f"/go/cases/{case.number}?as=" in told
    assert "Resold" in told
    assert "제목" not in told


def test_the_contact_of_a_customer_without_users_gets_a_link(world: World, mail_server: MailServer) -> None:
    """W11."""
    alone = make_customer("alone", now=day(0), people=False)
    new = World(alone, world.ugo, world.rosa, world.rita, world.nina)
    new.manages(world.rita, 1)
    Case.objects.filter(pk=world.files(1, title=TITLE).pk).update(account=alone)
    new.manages(world.nina, 2)
    ContactLink.objects.update(expires_at=utc_now() + timedelta(days=1))
    told = mailed(mail_server, "contact@alone.test", "Which open cases of Alone may Later see?")
    assert "/contact-links/hand-over/" in told
    assert "제목" not in told


def test_the_alarm_names_the_customer_and_numbers(world: World, cast: Cast, mail_server: MailServer) -> None:
    case = world.files(1, title=TITLE)
    Identity.objects.filter(domain__account=world.customer).update(is_active=False, suspended_at=day(2))
    world.revokes(world.rita, 2)
    watch_unread(day(3))
    alarm = mailed(mail_server, cast.administrator, "Open cases that nobody outside can read: Trattoria")
    assert shown(case.number) in alarm
    assert "제목" not in alarm
