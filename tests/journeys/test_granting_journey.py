"""A customer grants, narrows and revokes on its page; another one decides by the link of a mail (D3, W5, W11)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from liaison.accounts.models import Account, Identity
from liaison.delegation.models import Grant, ReachRow
from liaison.lib.clock import utc_now
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONTACT = "contact@osteria-nuova.test"


def _accessible(page: Page) -> None:
    serious = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, serious


def _levels(slug: str) -> list[str]:
    return list(ReachRow.objects.filter(customer__slug=slug, account__slug="cielo").values_list("level", flat=True))


def _link(server: MailServer) -> str:
    while deliver_batch(utc_now()):
        pass
    mails = [one for one in server.accepted if one.to == CONTACT]
    assert {one.mail["Content-Language"] for one in mails} == {"pl"}
    (link,) = (found for one in mails for found in re.findall(r"http\S+/contact-links/access/\S+", one.body("plain")))
    return str(link)


def test_a_customer_decides_who_sees_its_cases(
    signed_in_browser: Any, running_house: House, mail_server: MailServer
) -> None:
    Identity.objects.filter(pk=running_house.people["ugo"].pk).update(language="it")
    tab = signed_in_browser("ugo", locale="it", viewport={"width": 390, "height": 844}).new_page()
    tab.goto("/u/0/account/access")
    expect(tab.locator("html")).to_have_attribute("lang", "it")
    _accessible(tab)
    tab.locator("main .notice-warning a[href$='/cielo/grant']").click()
    expect(tab.locator("[name=level][value=manage]")).to_be_checked()
    _accessible(tab)
    tab.locator("main form button[type=submit]").click()
    tab.wait_for_url("**/account/access")
    assert _levels("osteria-ugo") == ["manage"]
    expect(tab.locator("main .notice-warning")).to_have_count(0)

    tab.locator("main .button-row a[href$='/cielo/grant']").click()
    tab.locator("[name=level][value=view]").check()
    tab.locator("main form button[type=submit]").click()
    tab.wait_for_url("**/account/access")
    assert _levels("osteria-ugo") == ["view"]

    tab.locator("main a[href$='/cielo/revoke']").click()
    _accessible(tab)
    tab.locator("[name=why]").fill("Non lavoriamo più insieme")
    tab.locator("main form button[type=submit]").click()
    tab.wait_for_url("**/account/access")
    assert _levels("osteria-ugo") == []
    tab.goto("/u/0/account/access/history")
    expect(tab.get_by_text("Non lavoriamo più insieme")).to_be_visible()
    _accessible(tab)

    contact = signed_in_browser("", locale="pl").new_page()
    contact.goto(_link(mail_server))
    expect(contact.locator("html")).to_have_attribute("lang", "pl")
    _accessible(contact)
    assert not Grant.objects.filter(customer__slug="osteria-nuova").exists()
    contact.locator("[name=level][value=view]").check()
    contact.locator("main form button[type=submit]").click()
    expect(contact.locator("main .notice-good")).to_be_visible()
    assert _levels("osteria-nuova") == ["view"]
    assert Grant.objects.get(customer__slug="osteria-nuova").given_by_address == CONTACT
    contact.go_back()
    contact.reload()
    expect(contact.locator("main .notice-warning")).to_be_visible()
    assert Account.objects.get(slug="osteria-nuova").language == "pl"
