"""From a stranger's expression of interest to an invitation in their mailbox, in a real browser (S1, L1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from liaison.accounts.models import Account, Invitation
from liaison.integrations.models import Integration
from liaison.lib.clock import utc_now
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch
from liaison.support.models import Interest
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "hana@hansik.test"


def _mail(server: MailServer) -> tuple[str, str]:
    """Return the language and the text of the newest mail to the stranger."""
    while deliver_batch(utc_now()):
        pass
    received = [one for one in server.accepted if one.to == ADDRESS][-1]
    return str(received.mail["Content-Language"]), received.body("plain")


def _accessible(page: Page) -> None:
    serious = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, serious


def test_a_stranger_becomes_a_partner(signed_in_browser: Any, running_house: House, mail_server: MailServer) -> None:
    stranger = signed_in_browser("", locale="ko", viewport={"width": 390, "height": 844}).new_page()
    stranger.goto("/support")
    expect(stranger.locator("html")).to_have_attribute("lang", "ko")
    _accessible(stranger)
    stranger.locator("[name=company]").fill("한식당")
    stranger.locator("[name=name]").fill("김하나")
    stranger.locator("[name=address]").fill("hana")
    stranger.locator("[name=kinds][value=reservations_end_to_end]").check()
    stranger.locator("[name=message]").fill("서울에 매장이 네 곳 있습니다.")
    stranger.locator("form:has([name=company]) button[type=submit]").click()
    expect(stranger.locator(".field-error")).to_be_visible()
    expect(stranger.locator("[name=address]")).to_be_focused()
    expect(stranger.locator("[name=message]")).to_have_value("서울에 매장이 네 곳 있습니다.")
    expect(stranger.locator("[name=time_zone]")).to_have_value("Asia/Seoul")
    stranger.locator("[name=address]").fill(ADDRESS)
    stranger.locator("form:has([name=company]) button[type=submit]").click()
    stranger.wait_for_url("**/support/interest/sent")

    spoken, text = _mail(mail_server)
    assert spoken == "ko"
    (link,) = re.findall(r"https?://\S+/support/interest/\S+", text)
    stranger.goto(link)
    assert Interest.objects.get(address=ADDRESS).confirmed_at is None
    stranger.locator("main form button").click()
    expect(stranger.locator("main .notice-good")).to_be_visible()

    staff = signed_in_browser("manager", locale="en").new_page()
    staff.goto("/u/0/desk/interests")
    staff.get_by_role("link", name="한식당").click()
    _accessible(staff)
    staff.locator("a[href$='/accept']").click()
    expect(staff.locator("[name=slug]")).to_have_value("hansik")
    _accessible(staff)
    staff.locator("main form:has([name=slug]) button[type=submit]").click()
    staff.wait_for_url("**/accounts/hansik")

    account = Account.objects.get(slug="hansik")
    assert account.partner_manager == running_house.people["manager"]
    assert Integration.objects.get(account=account).kind == "reservations_end_to_end"
    spoken, text = _mail(mail_server)
    assert spoken == "ko"
    assert "/invitations/" in text
    assert Invitation.objects.get(account=account).address == ADDRESS
