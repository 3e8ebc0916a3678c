"""Two people side by side in one browser, one in Korean and one in Polish, who never become each other (D1, W12)."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from liaison.accounts.models import Identity
from liaison.accounts.sessions import cookie_name
from liaison.accounts.testing import sign_in
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TYPED = "서윤 이름을 바꾸려던 글"


def _hold(context: BrowserContext, portal: str, identity: Identity, slot: int) -> None:
    """Let somebody be signed in in a slot of the browser, in place of whoever was."""
    key = sign_in(Client(), identity, slot=slot).cookies[cookie_name(slot)].value
    context.add_cookies([{"name": cookie_name(slot), "value": key, "url": portal}])


def _accessible(page: Page) -> None:
    serious = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not serious, serious


def _is_of(page: Page, identity: Identity, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".topbar-domain .domain-badge")).to_contain_text(identity.domain.name)
    assert identity.domain.name in page.title()


def test_two_tabs_are_two_people(signed_in_browser: Any, running_house: House, portal: str) -> None:
    korean, polish, third = (running_house.people[name] for name in ("seoyun", "tomasz", "luca"))
    context = signed_in_browser("seoyun", locale="en", viewport={"width": 390, "height": 844})
    _hold(context, portal, polish, 1)
    first, second = context.new_page(), context.new_page()
    second.emulate_media(color_scheme="dark")
    first.goto("/u/0/settings/")
    second.goto("/u/1/settings/")
    _is_of(first, korean, "ko")
    _is_of(second, polish, "pl")
    second.set_viewport_size({"width": 1280, "height": 900})
    second.locator("summary.identity").click()
    expect(second.locator("header a[href='/u/0/']")).to_contain_text(korean.domain.name)
    _accessible(second)

    # Somebody signs out in a third tab, and somebody else in, while a form is open in the first.
    first.locator("[name=name]").fill(TYPED)
    _hold(context, portal, third, 0)
    first.locator("main form:has([name=name]) button").click()
    expect(first.locator("main textarea[readonly]").first).to_have_value(TYPED)
    _is_of(first, third, "it")
    _accessible(first)
    assert not Identity.objects.filter(name=TYPED).exists()

    second.goto("/u/1/settings/")
    second.locator("summary.identity").click()
    second.locator("header form[action='/u/1/signout/all/'] button").click()
    second.wait_for_url("**/u/1/signin/")
    first.goto("/u/0/settings/")
    expect(first).to_have_url(f"{portal}/u/0/signin/?next=%2Fu%2F0%2Fsettings%2F")
