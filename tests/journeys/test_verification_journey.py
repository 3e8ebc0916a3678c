"""Somebody who is named verifies by link, by code, or declines, in a real browser with a real mail server (C7, L1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from liaison.contacts import actions
from liaison.contacts.models import ContactEntry, ContactRequest
from liaison.contacts.testing import address_row, complete_form
from liaison.contacts.vocabulary import Verification
from liaison.lib.clock import utc_now
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NIGHT = "night@lanterna.test"
SECOND = "second@lanterna.test"


def _name(house: House, language: str) -> None:
    """Let Luca name two people who read this language; their mails go out."""
    luca = house.people["luca"]
    rows = [address_row(NIGHT, language=language), address_row(SECOND, language=language)]
    form = complete_form(luca, technical_emergency_contacts=rows)
    version = luca.account.contact_record.version
    actions.submit_contact_information(actor=luca, account=luca.account, data=form, seen_version=version, now=utc_now())
    while deliver_batch(utc_now()):
        pass


def _mail_to(server: MailServer, address: str) -> tuple[str, list[str], str]:
    """Return the language of the newest mail to the address, its links, and its code."""
    received = [one for one in server.accepted if one.to == address][-1]
    text = received.body("plain")
    links = re.findall(r"https?://\S+/contacts/\S+", text)
    codes = re.findall(r"\b\d{6}\b", text)
    assert len(links) == 3
    assert len(codes) == 1
    return str(received.mail["Content-Language"]), links, codes[0]


def _state(address: str) -> str:
    return ContactEntry.objects.get(address=address).verification


@pytest.mark.parametrize("language", ["ko", "pl"])
def test_a_person_verifies_by_link_and_a_colleague_by_code(
    signed_in_browser: Any, running_house: House, mail_server: MailServer, language: str
) -> None:
    _name(running_house, language)
    spoken, (verify, _decline, _left), _code = _mail_to(mail_server, NIGHT)
    assert spoken == language
    tab = signed_in_browser("", locale=language).new_page()
    tab.goto(verify)
    expect(tab.locator("html")).to_have_attribute("lang", language)
    expect(tab.get_by_text(NIGHT)).to_be_visible()
    assert _state(NIGHT) == Verification.UNVERIFIED  # looking changes nothing
    tab.locator("main form button").click()
    expect(tab.locator("main .notice-good, main .callout-good, main [class*=good]").first).to_be_visible()
    assert _state(NIGHT) == Verification.VERIFIED

    _spoken, _links, code = _mail_to(mail_server, SECOND)
    colleague = signed_in_browser("luca", locale=language).new_page()
    colleague.goto("/u/0/contact-information/reachability/")
    entry = ContactEntry.objects.get(address=SECOND)
    typed = colleague.locator(f"#contact-{entry.pk}-code")
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    typed.fill(wrong)
    typed.press("Enter")
    expect(colleague.locator("#messages .notice-warning, #messages [class*=warning]").first).to_be_visible()
    assert ContactRequest.objects.get(mailbox=SECOND, closed_at=None).tries == 1
    colleague.locator(f"#contact-{entry.pk}-code").fill(f"{code[:3]} {code[3:]}")
    colleague.locator(f"#contact-{entry.pk}-code").press("Enter")
    expect(colleague.locator(f"#contact-{entry.pk}-code")).to_have_count(0)
    assert _state(SECOND) == Verification.VERIFIED


@pytest.mark.parametrize("language", ["ko", "pl"])
def test_a_person_declines_and_the_administrators_learn_of_it(
    signed_in_browser: Any, running_house: House, mail_server: MailServer, language: str
) -> None:
    _name(running_house, language)
    for address, which, state in ((NIGHT, 1, Verification.DECLINED), (SECOND, 2, Verification.UNREACHABLE)):
        tab = signed_in_browser("", locale=language).new_page()
        tab.goto(_mail_to(mail_server, address)[1][which])
        tab.locator("main form button").click()
        expect(tab.locator("main form")).to_have_count(0)
        assert _state(address) == state
    mail_server.dots.clear()
    while deliver_batch(utc_now()):
        pass
    told = [one.body("plain") for one in mail_server.accepted if one.to == running_house.people["luca"].mailbox]
    assert any(NIGHT in text and SECOND in text for text in told)
    owner = signed_in_browser("luca", locale=language).new_page()
    owner.goto("/u/0/contact-information/")
    expect(owner.locator(".contact-standing .icon").first).to_be_visible()
    expect(owner.locator("[class*=banner], .notice-warning").first).to_be_visible()
