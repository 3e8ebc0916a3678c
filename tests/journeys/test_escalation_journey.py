"""An emergency at night: the mail, its page, "I have it", and the colleague who reads who has it (R1, R4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from liaison.lib.clock import utc_now
from liaison.notifications.models import Delivery, Escalation
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def italian(words: str) -> str:
    """Return what Luca reads, whose language it is."""
    with translation.override("it"):
        return gettext(words)


def test_whoever_reads_the_mail_takes_the_emergency_without_signing_in(
    signed_in_browser: Any, running_house: House, portal: str, mail_server: MailServer
) -> None:
    incident = running_house.incidents["emergency"]
    escalation = Escalation.objects.get(subject_kind="incident", subject_id=str(incident.pk))
    called = Delivery.objects.get(announcement=escalation.announcement_id, step=1, channel="email")
    while deliver_batch(utc_now()):
        pass
    mail = next(one for one in mail_server.accepted if one.to == called.address and "/acknowledge/" in one.body("html"))
    link = re.search(r'href="([^"]+/acknowledge/[^"]+)"', mail.body("html"))
    assert link is not None

    colleague = signed_in_browser("luca").new_page()
    colleague.goto(f"/u/0/incidents/{incident.public_id}/")
    expect(colleague.get_by_text(italian("Nobody has it yet"))).to_be_visible()

    night = signed_in_browser("", locale="en").new_page()
    night.goto(link[1])
    expect(night.get_by_text("CheckAvailability answers HTTP 500")).to_be_visible()
    night.get_by_role("button", name="Acknowledge").click()
    expect(night.get_by_text("You have it.")).to_be_visible()

    expect(colleague.get_by_text(re.compile("Sara Bianchi")).first).to_be_visible(timeout=10_000)
    expect(colleague.get_by_role("button", name=italian("Acknowledge"))).to_have_count(0, timeout=10_000)
    expect(colleague.get_by_text(italian("Nobody has it yet"))).to_have_count(0)
    night.goto(link[1])
    expect(night.get_by_text("Somebody has it already")).to_be_visible()
    while deliver_batch(utc_now()):
        pass
    subjects = [str(one.mail["Subject"]) for one in mail_server.accepted]
    assert any("Sara Bianchi" in subject for subject in subjects)
