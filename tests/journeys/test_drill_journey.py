"""A drill in Korean and Polish: started on its page, answered by two people by the links of their mails (C7)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.models import ContactEntry
from liaison.drills.models import Drill
from liaison.drills.ticking import run_drills
from liaison.drills.vocabulary import Outcome
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.climbing import climb_due
from liaison.notifications.models import Announcement
from liaison.notifications.testing import MailServer, Received
from liaison.notifications.worker import deliver_batch
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KOREAN, POLISH = "minji@wisla.test", "ola@wisla.test"


def words(language: str, english: str) -> str:
    """Return what a reader of the language reads."""
    with translation.override(language):
        return gettext(english)


def name_two_contacts(house: House) -> None:
    """Let the emergency contacts of a Polish partner be one who reads Korean and one who reads Polish."""
    record = house.accounts["wisla"].contact_record
    ContactEntry.objects.filter(record=record, field=ContactField.EMERGENCY).delete()
    for position, (address, language) in enumerate(((KOREAN, "ko"), (POLISH, "pl"))):
        ContactEntry.objects.create(
            record=record, field=ContactField.EMERGENCY, position=position, address=address, language=language
        )


def deliver(now: datetime) -> None:
    while deliver_batch(now):
        pass


def mail_to(server: MailServer, address: str) -> Received:
    return next(one for one in server.accepted if one.to == address and "/drill-answers/" in one.body("html"))


def link_of(mail: Received) -> str:
    found = re.search(r'href="([^"]+/drill-answers/[^"]+)"', mail.body("html"))
    assert found is not None
    return found[1]


def test_two_people_answer_a_drill_in_their_own_languages(
    signed_in_browser: Any, running_house: House, portal: str, mail_server: MailServer
) -> None:
    name_two_contacts(running_house)
    page = signed_in_browser("tomasz", locale="pl").new_page()
    page.goto("/u/0/drills/new/")
    page.select_option("select[name=mode]", "everybody")
    page.get_by_role("button", name=words("pl", "Show who is told")).click()
    expect(page.locator("#planned")).to_contain_text(KOREAN)
    expect(page.locator("#planned")).to_contain_text(POLISH)
    page.get_by_role("button", name=words("pl", "Start the drill")).click()
    page.wait_for_url(re.compile(r"/drills/\w{14}/$"))
    drill = Drill.objects.get(account=running_house.accounts["wisla"])
    assert drill.everybody
    later = utc_now() + timedelta(minutes=6)
    deliver(utc_now())
    climb_due(later)
    deliver(later)

    for address, language in ((KOREAN, "ko"), (POLISH, "pl")):
        mail = mail_to(mail_server, address)
        mark = words(language, "DRILL: nothing is wrong (%(account)s)") % {"account": "Bistro Wisła"}
        assert str(mail.mail["Subject"]) == mark
        sentence = words(language, "This is a drill: nothing is wrong. Answer it as you would answer a real message.")
        assert sentence in " ".join(mail.body("plain").split())
        reader = signed_in_browser("", locale=language).new_page()
        reader.goto(link_of(mail))
        expect(reader.get_by_role("heading", name=words(language, "DRILL: nothing is wrong"))).to_be_visible()
        reader.get_by_role("button", name=words(language, "Acknowledge")).click()
        expect(reader.locator(".notice-good")).to_be_visible()
        row = page.get_by_role("row").filter(has_text=address)
        expect(row.locator("strong").nth(1)).to_have_text(re.compile(r"^\d+:\d\d$"), timeout=10_000)

    for minutes in (11, 17):
        climb_due(later + timedelta(minutes=minutes))
        run_drills(later + timedelta(minutes=minutes))
    drill.refresh_from_db()
    assert drill.outcome == Outcome.PARTLY, "the administrator was called as well, and did not answer"
    assert not Announcement.objects.filter(topics__contains=["staff_alarm"], account_id=drill.account_id).exists()
    expect(page.get_by_text(words("pl", "Answered by some")).first).to_be_visible(timeout=10_000)
