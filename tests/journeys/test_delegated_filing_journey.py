"""A reseller's person files for a customer, who has to be asked first; each in a language of their own (D2, D3, D4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import FilePayload, Page, expect

from liaison.accounts.models import Identity
from liaison.accounts.testing import TESTS
from liaison.cases.models import Case
from liaison.delegation.actions import set_manager
from liaison.delegation.models import AccessRequest
from liaison.delegation.testing import make_customer, make_delegate, person_of
from liaison.files.testing import use_folder
from liaison.filing.models import Draft
from liaison.lib.clock import utc_now
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "예약이 확정되지 않습니다"
ANSWER = "Succede anche oggi, in due sedi."


def serious(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    return [f"{tab.url}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}]


def test_a_case_is_filed_for_a_customer_that_had_to_be_asked(
    signed_in_browser: Any, running_house: House, settings: LazySettings, tmp_path: Path
) -> None:
    use_folder(settings, tmp_path / "files")
    rita, ugo = people_of(running_house)
    delegate = signed_in_browser("rita", locale="ko", viewport={"width": 390, "height": 844}).new_page()
    customer = signed_in_browser("ugo", locale="it").new_page()
    problems = [*choose(delegate), *ask(delegate), *grant(customer), *file(delegate)]
    case = Case.objects.get(title=TITLE)
    assert (case.account, case.filed_by, case.language) == (ugo.account, rita, "it")
    assert case.attachments.get().file.name == "서버.log"
    problems += answer(customer, case)
    delegate.goto(f"/u/0/cases/{case.number}")
    expect(delegate.get_by_text(ANSWER)).to_be_visible()
    assert problems == []


def people_of(house: House) -> tuple[Identity, Identity]:
    """Return Rita of a reseller, who reads Korean, and Ugo of one of its customers, who reads Italian."""
    rita, customer = make_delegate(), make_customer()
    ugo = person_of(customer)
    rita.language, ugo.language, customer.language = "ko", "it", "it"
    for one in (rita, ugo, customer):
        one.save()
    for each in (customer, make_customer("osteria", people=False)):
        set_manager(actor=TESTS, customer=each, domain=rita.domain, why="", now=utc_now())
    house.people.update(rita=rita, ugo=ugo)
    return rita, ugo


def choose(tab: Page) -> list[str]:
    """The customer is found while its name is typed."""
    tab.goto("/u/0/cases/new")
    expect(tab.locator("#customers li")).to_have_count(2)
    found = serious(tab)
    tab.locator("#q").press_sequentially("tratt")
    expect(tab.locator("#customers li")).to_have_count(1)
    tab.locator("#customers a").click()
    expect(tab.locator("#field-about")).to_be_disabled()
    return found


def ask(tab: Page) -> list[str]:
    """What can be typed is typed and kept; the customer is asked from here."""
    expect(tab.locator("#field-wanted")).to_be_disabled()
    expect(tab.locator("#barrier")).to_be_visible()
    found = serious(tab)
    tab.locator("#field-title").fill(TITLE)
    tab.locator("#barrier button").click()
    expect(tab.locator("#barrier button")).to_have_count(0)
    expect(tab.locator("#field-title")).to_have_value(TITLE)
    assert AccessRequest.objects.filter(customer__slug="trattoria", state="waits").count() == 1
    return found


def grant(tab: Page) -> list[str]:
    tab.goto("/u/0/account/access")
    tab.locator("a[href$='/accounts/resold/grant']").first.click()
    tab.locator("input[name=level][value=manage]").check()
    found = serious(tab)
    tab.locator("main form .btn-primary").click()
    tab.wait_for_url("**/account/access")
    return found


def file(tab: Page) -> list[str]:
    """The draft goes on where it stood, now with product and category."""
    tab.goto("/u/0/cases/new")
    tab.get_by_role("link", name=TITLE, exact=True).click()
    expect(tab.locator("#barrier")).to_have_count(0)
    tab.locator("#field-about").select_option("product:other")
    tab.locator("#field-category-question").check()
    found = serious(tab)
    tab.locator(".case-foot .btn-primary").click()
    tab.wait_for_url("**step=description**")
    tab.locator("#field-description").fill("어제부터입니다.")
    log = FilePayload(name="서버.log", mimeType="text/plain", buffer=b"timeout after 30 s\n")
    tab.locator("#files-sent").set_input_files(files=[log])
    expect(tab.locator(".uploader-file")).to_have_count(1)
    tab.locator(".case-foot .btn-primary").click()
    tab.wait_for_url("**step=severity**")
    expect(tab.locator("#field-language")).to_have_value("it")
    tab.locator("#impact-many_affected").check()
    tab.locator(".case-foot .btn-primary").click()
    tab.wait_for_url("**step=review**")
    tab.locator("#submit").click()
    tab.wait_for_url("**/filed**")
    assert not Draft.objects.filter(data__title=TITLE).exists()
    return [*found, *serious(tab)]


def answer(tab: Page, case: Case) -> list[str]:
    """The customer's own people see who filed it, and write in it (D4)."""
    tab.goto(f"/u/0/cases/{case.number}")
    expect(tab.get_by_text("Rita Reseller").first).to_be_visible()
    tab.locator("#reply textarea[name=text]").fill(ANSWER)
    found = serious(tab)
    tab.locator("#reply .btn-primary").first.click()
    expect(tab.locator("#history").get_by_text(ANSWER)).to_be_visible()
    return found
