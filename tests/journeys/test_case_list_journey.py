"""My cases in a real browser: the keys, the filter with its address and the way back, a view, and closing many (D6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from liaison.accounts.models import Identity
from liaison.cases.lists.testing import keep_case
from liaison.cases.models import Case, SavedView
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def luca(running_house: House) -> Identity:
    Identity.objects.update(language="en")
    Case.objects.all().delete()
    luca = running_house.people["luca"]
    for number in range(52):
        keep_case(luca.account, f"Bookings stay open {number}", filed_by=luca)
    keep_case(luca.account, "Printer on fire", severity=1, urgent_state="not_confirmed", criterion="other")
    return luca


def serious(tab: Page) -> list[str]:
    violations = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in {"serious", "critical"}]


def test_the_list_is_worked_with_by_keys_filtered_kept_as_a_view_and_closed(
    signed_in_browser: Any, luca: Identity
) -> None:
    context = signed_in_browser("luca", viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    tab.goto("/u/0/cases")
    expect(tab.locator(".case-row")).to_have_count(50)
    keys(tab)
    pages(tab)
    filters(tab)
    views(tab)
    closing(tab)
    phone(tab)
    assert complaints == []


def keys(tab: Page) -> None:
    """Move, select, ask for help, type: nothing is taken from a field, from a modifier or from an open dialog."""
    for key in ("j", "j", "k", "j", "x"):
        tab.keyboard.press(key)
    second = tab.locator(".case-row").nth(1)
    expect(second.locator(".case-title")).to_be_focused()
    expect(second.get_by_role("checkbox")).to_be_checked()
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    tab.keyboard.press("Control+j")
    expect(second.locator(".case-title")).to_be_focused()
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    tab.keyboard.press("j")
    assert serious(tab) == []
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(second.locator(".case-title")).to_be_focused()
    tab.keyboard.press("/")
    tab.keyboard.type("jokx?/")
    expect(tab.get_by_label("Keyword")).to_have_value("jokx?/")
    tab.get_by_label("Keyword").fill("")
    tab.get_by_label("Keyword").blur()
    title = second.locator(".case-title").inner_text()
    for key in ("k", "j", "o"):
        tab.keyboard.press(key)
    expect(tab.get_by_role("heading", level=1)).to_have_text(title)
    tab.go_back()


def pages(tab: Page) -> None:
    tab.get_by_role("link", name="Next").click()
    expect(tab.locator(".case-row")).to_have_count(3)
    tab.get_by_role("link", name="Previous").click()
    expect(tab.locator(".case-row")).to_have_count(50)
    expect(tab.get_by_role("link", name="Previous")).to_have_count(0)


def filters(tab: Page) -> None:
    """The address, the tab and the number of filters follow, also on the way back, also from a case."""
    expect(tab.get_by_label("Critical")).to_be_hidden()
    tab.locator("#case-more > summary").click()
    tab.get_by_label("Critical").check()
    expect(tab.locator(".case-row")).to_have_count(1)
    expect(tab).to_have_url(re.compile(r"/cases\?severity=1$"))
    expect(tab.locator("#case-more-count")).to_have_text("1")
    expect(tab.get_by_role("link", name="All cases")).not_to_have_attribute("aria-current", "page")
    assert serious(tab) == []
    tab.get_by_role("link", name="Printer on fire").click()
    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("My cases")
    expect(tab.get_by_label("Critical")).to_be_checked()
    tab.go_back()
    expect(tab.locator(".case-row")).to_have_count(50)
    expect(tab.get_by_label("Critical")).not_to_be_checked()
    tab.keyboard.press("?")
    expect(tab.get_by_role("dialog", name="Keys")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.get_by_label("Keyword").fill("absent")
    tab.get_by_label("Keyword").press("Enter")
    expect(tab.get_by_text("Nothing matches")).to_be_visible()
    tab.get_by_role("link", name="Clear the filters").click()


def views(tab: Page) -> None:
    """A list is kept under a name, its view deleted, and the deletion taken back."""
    tab.get_by_label("Critical").check()
    expect(tab.locator(".case-row")).to_have_count(1)
    tab.get_by_text("Save this list as a view").click()
    tab.get_by_label("Name", exact=True).fill("Fires")
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.get_by_role("link", name="Fires")).to_have_attribute("aria-current", "page")
    tab.get_by_role("link", name="Manage views").click()
    tab.get_by_role("textbox").fill("Big fires")
    tab.get_by_role("button", name="Rename").click()
    expect(tab.get_by_role("link", name="Big fires")).to_be_visible()
    assert serious(tab) == []
    tab.get_by_role("button", name="Delete").click()
    assert not SavedView.objects.exists()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.get_by_role("link", name="Big fires")).to_have_attribute("aria-current", "page")


def closing(tab: Page) -> None:
    """Of two that were selected somebody else closes one meanwhile: each says what became of it."""
    tab.get_by_role("link", name="All cases").click()
    for title in ("Printer on fire", "Bookings stay open 51"):
        tab.get_by_role("listitem").filter(has_text=title).get_by_role("checkbox").check()
    tab.get_by_role("button", name="Close selected").click()
    expect(tab.get_by_text("Close these 2 cases?")).to_be_visible()
    assert serious(tab) == []
    meanwhile = Case.objects.get(title="Printer on fire")
    meanwhile.state, meanwhile.closed_at, meanwhile.close_reason = "closed", meanwhile.updated_at, "solved"
    meanwhile.save()
    tab.get_by_label("No longer needed").check()
    tab.get_by_role("button", name="Close cases").click()
    expect(tab.get_by_text("Not closed")).to_have_count(1)
    assert Case.objects.get(title="Bookings stay open 51").state == "closed"
    assert serious(tab) == []
    tab.get_by_role("link", name="Back to the list").click()


def phone(tab: Page) -> None:
    """On a phone the filters are folded, say how many there are, and stay as they were left."""
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.evaluate("sessionStorage.clear()")
    tab.goto("/u/0/cases?severity=1&status=closed")
    expect(tab.get_by_label("Critical")).to_be_hidden()
    expect(tab.locator("#case-more-count")).to_have_text("2")
    tab.locator("#case-more > summary").click()
    tab.get_by_label("Critical").uncheck()
    expect(tab.locator(".case-row")).to_have_count(2)
    tab.reload()
    expect(tab.get_by_label("Critical")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert serious(tab) == []
