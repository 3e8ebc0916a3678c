"""From the gate to the right inbox, in a real browser, with a real mail server (C3, C4, C5, R1, R3, L1)."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from liaison.accounts.models import Identity
from liaison.health.models import Incident
from liaison.integrations.actions import create_intake_key
from liaison.integrations.models import Environment
from liaison.lib.clock import utc_now
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "correct-horse-battery"


def test_a_partner_is_held_at_the_gate_completes_it_and_the_right_people_are_told(
    signed_in_browser: Any, running_house: House, portal: str, mail_server: MailServer
) -> None:
    seoyun = running_house.people["seoyun"]
    _give_password(seoyun)
    colleague = signed_in_browser("junho", locale="en").new_page()
    colleague.goto("/u/0/incidents")
    assert "/contact-information/required" in colleague.url

    tab = signed_in_browser("", locale="en").new_page()
    _sign_in(tab, seoyun.username)
    expect(tab.get_by_role("dialog")).to_be_visible()
    tab.goto("/u/0/who-would-be-told")
    assert "/contact-information/required" in tab.url

    _fill_in(tab, running_house)
    tab.locator("[name=submit]").click()
    tab.wait_for_url(re.compile(r"/u/0/(?!contact-information/required)"))
    colleague.goto("/u/0/incidents")
    assert "/contact-information/required" not in colleague.url

    while deliver_batch(utc_now()):
        pass
    assert "late@hana-table.test" in {mail.to for mail in mail_server.accepted}  # who is named is told (C7)
    mail_server.dots.clear()
    assert _post_alert(portal, running_house) == 200
    while deliver_batch(utc_now()):
        pass
    by_address = {mail.to: mail for mail in mail_server.accepted}

    languages = {address: by_address[address].mail["Content-Language"] for address in by_address}
    assert languages["junho@hana-table.test"] == "ko"
    assert languages["zofia@hana-table.test"] == "pl"
    assert "duty@hana-table.test" in by_address  # the first step of the emergency
    assert "late@hana-table.test" not in by_address  # the second is told only in its place

    incident = Incident.objects.get(dedup_key="journey")
    tab.goto(f"/u/0/incidents/{incident.public_id}")
    expect(tab.get_by_text("zofia@hana-table.test").first).to_be_visible()
    expect(tab.get_by_text(_message_id(by_address["zofia@hana-table.test"].mail)).first).to_be_attached()


def test_nothing_typed_is_lost_between_users_and_when_something_is_wrong(
    signed_in_browser: Any, running_house: House
) -> None:
    """C5: the draft is the account's; a wrong address is named next to its field and stays as it was typed."""
    tab = signed_in_browser("seoyun", locale="en").new_page()
    tab.goto("/u/0/contact-information/required/")
    wrong = "a@evil.test@partner.test"
    tab.locator("[name='technical_emergency_contacts.0.address']").fill(wrong)
    tab.locator("[name=submit]").click()
    expect(tab.locator("#problems")).to_be_visible()
    expect(tab.locator("[name='technical_emergency_contacts.0.address']")).to_have_value(wrong)
    tab.locator("button[name=save_draft].btn").click()
    expect(tab.locator("#draft-status")).to_be_visible()

    colleague = signed_in_browser("junho", locale="en").new_page()
    colleague.goto("/u/0/contact-information/required/")
    expect(colleague.locator("[name='technical_emergency_contacts.0.address']")).to_have_value(wrong)


def test_two_tabs_of_one_browser_stay_two_people(signed_in_browser: Any, running_house: House) -> None:
    """D1: one identity per slot, each in its own tab; signing out in one leaves the other."""
    context = signed_in_browser("luca", locale="en")
    first = context.new_page()
    first.goto("/u/0/")
    ewa = running_house.people["ewa"]
    _give_password(ewa)
    second = context.new_page()
    second.goto("/u/1/signin/")
    _sign_in(second, ewa.username, path="/u/1/signin/")
    expect(second.get_by_text("Bistro Wisła").first).to_be_visible()
    first.reload()
    expect(first.get_by_text("Trattoria La Lanterna").first).to_be_visible()
    for link in second.locator("nav a").all():
        address = link.get_attribute("href") or ""
        assert not address.startswith("/u/0/"), address


def _give_password(identity: Identity) -> None:
    identity.set_password(PASSWORD)
    identity.save(update_fields=["password"])


def _sign_in(tab: Page, username: str, path: str = "/u/0/signin/") -> None:
    tab.goto(path)
    tab.locator("[name=login]").fill(username)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("main button[type=submit], main form button").first.click()
    tab.wait_for_url(re.compile(r"/u/\d/(?!signin)"))


def _fill_in(tab: Page, house: House) -> None:
    tab.goto("/u/0/contact-information/required/")
    for row, person in enumerate(("junho", "zofia")):
        if row:
            tab.locator("button[name=add][value=alert_contacts]").click()
            expect(tab.locator(f"[name='alert_contacts.{row}.identity']")).to_be_visible()
        tab.locator(f"[name='alert_contacts.{row}.identity']").select_option(house.people[person].public_id)
    for field, address in (
        ("technical_emergency_contacts", "duty@hana-table.test"),
        ("technical_non_emergency_contacts", "api@hana-table.test"),
        ("merchant_issue_contacts", "merchants@hana-table.test"),
        ("operator_contacts", "operations@hana-table.test"),
        ("shared_contact", "help@hana-table.test"),
    ):
        tab.locator(f"[name='{field}.0.address']").fill(address)
    tab.locator("button[name=add][value=technical_emergency_contacts]").click()
    expect(tab.locator("[name='technical_emergency_contacts.1.address']")).to_be_visible()
    tab.locator("[name='technical_emergency_contacts.1.address']").fill("late@hana-table.test")
    for day in range(1, 6):
        tab.locator(f"[name='support_hours.0.days'][value='{day}']").check()
    tab.locator("[name='support_hours.0.start']").fill("22:00")
    tab.locator("[name='support_hours.0.end']").fill("24:00")
    tab.locator("[name='support_hours.0.time_zone']").fill("Asia/Seoul")


def _post_alert(portal: str, house: House) -> int:
    integration = house.integrations["hana-table"][0]
    environment = Environment.objects.get(integration=integration, name="production")
    created = create_intake_key(actor=house.people["seoyun"], environment=environment, name="journey", now=utc_now())
    payload = {
        "version": "4",
        "status": "firing",
        "receiver": "liaison",
        "groupKey": "{}",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "BookingsFail", "severity": "critical"},
                "annotations": {"summary": "CreateBooking answers HTTP 500"},
                "startsAt": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": "journey",
            }
        ],
    }
    request = urllib.request.Request(  # noqa: S310  # the portal that this test started
        f"{portal}/in/alertmanager",
        data=json.dumps(payload).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {created.secret}"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  # as above
        return int(answer.status)


def _message_id(mail: EmailMessage) -> str:
    return str(mail["Message-ID"]).strip("<>")
