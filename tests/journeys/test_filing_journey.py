"""Somebody files a case in Korean: an attachment, a warning about personal data, a session that ran out (S2, D9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from liaison.accounts.sessions import SessionStore, cookie_name
from liaison.cases.models import Case
from liaison.files.testing import use_folder
from liaison.filing.models import Draft
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARD = "4111 1111 1111 1111"
TITLE = "예약이 확정되지 않습니다"
DESCRIPTION = "카드 […] 결제가 실패합니다. 어제부터입니다."


def serious(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    return [f"{tab.url}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}]


def test_a_case_is_filed_with_an_attachment_and_without_personal_data(
    signed_in_browser: Any, running_house: House, settings: LazySettings, tmp_path: Path
) -> None:
    use_folder(settings, tmp_path / "files")
    luca = running_house.people["luca"]
    luca.language = "ko"
    luca.save()
    Draft.objects.all().delete()
    browser = signed_in_browser("luca", locale="ko", viewport={"width": 390, "height": 844})
    tab = browser.new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    problems = [
        *say_the_issue(tab),
        *describe(tab),
        *come_back_after_the_session_ran_out(tab, browser),
        *weigh(tab),
        *send(tab),
    ]
    case = Case.objects.get(title=TITLE)
    expect(tab.locator("#number")).to_have_text(f"{case.number[:3]}-{case.number[3:6]}-{case.number[6:]}")
    assert case.updates.get().text == DESCRIPTION
    assert case.attachments.get().file.name == "서버.log"
    assert (case.severity, case.language, case.filed_by) == (2, "ko", luca)
    assert not Draft.objects.exists()
    assert tab.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('liaison-case'))") == []
    assert problems == []
    assert complaints == []


def say_the_issue(tab: Page) -> list[str]:
    """It saves itself while it is typed; the category is found by a word and chosen by the keyboard."""
    tab.goto("/u/0/cases/new")
    tab.locator("#field-title").fill(TITLE)
    expect(tab.locator("#draft-status .icon")).to_be_visible()
    assert Draft.objects.get().data["title"] == TITLE
    tab.locator("#field-about").select_option(index=1)
    expect(tab.locator("#category-part input[type=radio]").first).to_be_visible()
    tab.locator("#field-wanted").press_sequentially("질문")
    expect(tab.locator("#category-part input[type=radio]")).to_have_count(1)
    tab.locator("#category-part input[type=radio]").focus()
    tab.keyboard.press("Space")
    found = serious(tab)
    tab.locator("#field-title").press("Enter")
    tab.wait_for_url("**step=description")
    return found


def describe(tab: Page) -> list[str]:
    """A card number is shown while it is typed, and taken out with its button; the file stays."""
    tab.locator("#field-description").fill(f"카드 {CARD} 결제가 실패합니다.")
    expect(tab.locator("#case-hints code")).to_be_visible()
    log = FilePayload(name="서버.log", mimeType="text/plain", buffer=b"timeout after 30 s\n")
    tab.locator("#files-sent").set_input_files(files=[log])
    expect(tab.locator(".uploader-file")).to_have_count(1)
    found = serious(tab)
    tab.locator("#case-hints button").click()
    expect(tab.locator("#field-description")).to_have_value("카드 […] 결제가 실패합니다.")
    expect(tab.locator(".uploader-file")).to_have_count(1)
    return found


def come_back_after_the_session_ran_out(tab: Page, browser: BrowserContext) -> list[str]:
    """What was typed last is not saved, and it is there again after sign-in."""
    name = cookie_name(0)
    store = SessionStore(next(one["value"] for one in browser.cookies() if one["name"] == name))
    kept = dict(store.load())
    store.delete()
    tab.locator("#field-description").press("End")
    tab.locator("#field-description").press_sequentially(" 어제부터입니다.")
    tab.wait_for_url("**/signin/**")
    again = SessionStore()
    again.update(kept)
    again.save()
    browser.add_cookies([{"name": name, "value": str(again.session_key), "url": tab.url.split("/u/")[0]}])
    tab.goto(f"/u/0/cases/new/{Draft.objects.get().public_id}?step=description")
    expect(tab.locator("#restored")).to_be_visible()
    expect(tab.locator("#field-description")).to_have_value(DESCRIPTION)
    expect(tab.locator(".uploader-file")).to_have_count(1)
    tab.locator(".case-foot .btn-primary").click()
    tab.wait_for_url("**step=severity")
    return []


def weigh(tab: Page) -> list[str]:
    """The browser's own way back loses nothing."""
    tab.locator("#impact-many_affected").check()
    expect(tab.locator("#severity-part strong")).to_be_visible()
    found = serious(tab)
    tab.go_back()
    expect(tab.locator("#field-description")).to_have_value(DESCRIPTION)
    tab.go_forward()
    expect(tab.locator("#impact-many_affected")).to_be_checked()
    tab.locator(".case-foot .btn-primary").click()
    tab.wait_for_url("**step=review")
    return found


def send(tab: Page) -> list[str]:
    """Pressed twice, it is sent once."""
    found = serious(tab)
    tab.locator("#submit").dblclick()
    tab.wait_for_url("**/filed**")
    return [*found, *serious(tab)]
