"""A case from its page: written to with a file, escalated, closed, reopened on day 30 and not on day 31 (D7, D8)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from liaison.accounts.models import Account, Identity
from liaison.cases.models import Attachment, Case, CaseUpdate
from liaison.cases.pages import case as case_pages
from liaison.cases.testing import make_case, make_update
from liaison.catalog.vocabulary import SupportTier
from liaison.files.testing import use_folder
from liaison.lib.clock import utc_now
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CARD = "4111 1111 1111 1111"


@pytest.fixture
def luca(running_house: House, settings: Any, tmp_path: Path) -> Identity:
    use_folder(settings, tmp_path)
    Identity.objects.update(language="en")
    Account.objects.filter(slug="lanterna").update(support_tier=SupportTier.STANDARD)
    return running_house.people["luca"]


@pytest.fixture
def case(luca: Identity) -> Case:
    return make_case(luca, title="Bookings stay open")


def opened(signed_in_browser: Any, person: str, case: Case) -> tuple[Page, list[str]]:
    tab = signed_in_browser(person).new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    tab.goto(f"/u/0/cases/{case.number}")
    return tab, complaints


def looked(tab: Page) -> None:
    """Let the page ask who is here and what is new, as it does every 15 seconds."""
    with tab.expect_response(re.compile("/presence$")):
        tab.evaluate("htmx.trigger('#presence', 'look')")


def serious(tab: Page) -> list[str]:
    violations = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in {"serious", "critical"}]


def test_two_people_update_a_case_and_nothing_typed_is_lost(
    signed_in_browser: Any, running_house: House, case: Case, tmp_path: Path
) -> None:
    tab, complaints = opened(signed_in_browser, "luca", case)
    with tab.expect_response(re.compile("/draft$")):
        tab.get_by_label("Message").fill(f"It fails since noon. The card was {CARD}.")
    log = tmp_path / "trace.log"
    log.write_text("12:00 PENDING\n")
    tab.set_input_files("#files-sent", log)
    expect(tab.locator(".uploader-file.is-done")).to_have_count(1)
    tab.get_by_text("Change the severity").click()
    tab.get_by_label("Severity", exact=True).select_option("2")
    with tab.expect_response(lambda answer: "Every" in (answer.request.post_data or "")):
        tab.get_by_label("Reason for the change").fill("Every booking is lost")
    expect(tab.locator("#reply-summary")).to_contain_text("Severity: “Medium” becomes “High”")
    expect(tab.locator("#reply-summary")).to_contain_text("1 file is attached")
    tab.reload()
    expect(tab.get_by_label("Message")).to_have_value(f"It fails since noon. The card was {CARD}.")
    expect(tab.locator(".uploader-file")).to_have_count(1)
    expect(tab.get_by_label("Reason for the change")).to_have_value("Every booking is lost")
    assert serious(tab) == []

    agent, agent_complaints = opened(signed_in_browser, "agent", case)
    agent.get_by_label("Message").fill("We look")
    looked(agent)
    looked(tab)
    expect(tab.locator("#who-is-here")).to_contain_text("The support team is writing.")
    expect(agent.locator("#who-is-here")).to_contain_text("Luca")
    make_update(running_house.people["agent"], Case.objects.get(pk=case.pk), text="We are looking into it.")
    looked(tab)
    tab.get_by_role("button", name="Show", exact=True).click()
    expect(tab.locator("#history")).to_contain_text("We are looking into it.")
    expect(tab.get_by_label("Message")).to_have_value(f"It fails since noon. The card was {CARD}.")

    tab.get_by_label("Message").press("Control+Enter")
    expect(tab.get_by_text("this looks like personal data")).to_be_visible()
    assert serious(tab) == []
    tab.get_by_role("button", name=re.compile("^Remove: a card number")).click()
    expect(tab.get_by_label("Message")).to_have_value("It fails since noon. The card was […].")
    tab.get_by_role("button", name="Send").last.click()
    expect(tab.locator("#messages")).to_contain_text("Sent.")
    update = CaseUpdate.objects.filter(case=case).latest("position")
    assert (update.position, update.text) == (3, "It fails since noon. The card was […].")
    assert Attachment.objects.get(update=update).file.name == "trace.log"
    assert Case.objects.get(pk=case.pk).severity == 2
    expect(tab.get_by_label("Message")).to_have_value("")
    expect(tab.locator(".uploader-file")).to_have_count(0)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="trace.log").click()
    assert Path(download.value.path()).read_text() == "12:00 PENDING\n"

    signed_out(tab)
    note(agent)
    tab.reload()
    expect(tab.locator("body")).not_to_contain_text("proxy")
    assert complaints == agent_complaints == []


def test_a_case_is_escalated_with_premium_closed_and_reopened_in_time(
    signed_in_browser: Any, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, complaints = opened(signed_in_browser, "luca", case)
    expect(tab.get_by_role("button", name="Escalate")).to_be_disabled()
    expect(tab.get_by_text("Only accounts with premium support can escalate a case.")).to_be_visible()
    Account.objects.filter(slug="lanterna").update(support_tier=SupportTier.PREMIUM)
    tab.reload()
    tab.locator("summary", has_text="Escalate").click()
    tab.get_by_label("Why do you escalate?").select_option("deadline")
    tab.get_by_label("What happens if nothing changes?").fill("The fair begins tomorrow.")
    tab.get_by_role("button", name="Send").last.click()
    expect(tab.locator("#case-marks")).to_contain_text("Escalated")
    assert Case.objects.get(pk=case.pk).severity == 3

    close(tab)
    closed_at = Case.objects.get(pk=case.pk).closed_at
    assert closed_at is not None
    assert serious(tab) == []
    clock(monkeypatch, closed_at + timedelta(days=30, minutes=-1))
    tab.get_by_label("Why should it be reopened?").fill("It came back")
    tab.get_by_role("button", name="Reopen").click()
    expect(tab.locator("#case-marks")).to_contain_text("Reopened")

    monkeypatch.undo()
    Case.objects.filter(pk=case.pk).update(updated_at=utc_now(), staff_updated_at=utc_now())
    tab.reload()
    close(tab)
    closed_at = Case.objects.get(pk=case.pk).closed_at
    assert closed_at is not None
    clock(monkeypatch, closed_at + timedelta(days=30, minutes=1))
    tab.get_by_label("Why should it be reopened?").fill("Too late")
    tab.get_by_role("button", name="Reopen").click()
    expect(tab.get_by_role("alert").filter(has_text="cannot be reopened")).to_be_visible()
    expect(tab.get_by_role("button", name="Reopen")).to_have_count(0)
    expect(tab.get_by_role("link", name="File a follow-up case")).to_be_visible()
    assert serious(tab) == []
    assert Case.objects.get(pk=case.pk).is_closed
    assert complaints == []


def signed_out(tab: Page) -> None:
    """Send after the session ran out: whoever signs in again finds everything typed, and none of it sent."""
    tab.get_by_text("Change the severity").click()
    tab.get_by_label("Severity", exact=True).select_option("1")
    with tab.expect_response(lambda answer: "Worse" in (answer.request.post_data or "")):
        tab.get_by_label("Reason for the change").fill("Worse")
    cookies = tab.context.cookies()
    tab.context.clear_cookies()
    tab.get_by_label("Message").fill("It got worse just now.")
    tab.get_by_role("button", name="Send").last.click()
    expect(tab).to_have_url(re.compile("/signin/"))
    tab.context.add_cookies(cookies)  # type: ignore[arg-type]  # as it gave them
    tab.reload()
    expect(tab.get_by_label("Message")).to_have_value("It got worse just now.")
    expect(tab.get_by_label("Reason for the change")).to_have_value("Worse")
    expect(tab.get_by_label("Severity", exact=True)).to_have_value("1")
    assert not CaseUpdate.objects.filter(text__contains="worse").exists()
    tab.get_by_role("button", name="Discard").click()


def note(agent: Page) -> None:
    """Write an internal note on a page that is not the newest: it is asked about first."""
    agent.get_by_role("textbox", name="Internal note").fill("It is the proxy.")
    agent.get_by_role("button", name="Keep the internal note").last.click()
    expect(agent.locator(".case-main .notice-bad")).to_contain_text("Somebody changed this case meanwhile")
    agent.get_by_role("button", name="Keep the internal note").last.click()
    expect(agent.locator(".entry.is-note")).to_contain_text("It is the proxy.")
    assert serious(agent) == []


def close(tab: Page) -> None:
    tab.locator("summary", has_text="Close the case").click()
    tab.get_by_label("Reason for closing").select_option("solved")
    tab.get_by_role("button", name="Send").last.click()
    expect(tab.get_by_role("heading", name="This case is closed")).to_be_visible()


def clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the pages of cases be opened at another moment."""
    monkeypatch.setattr(case_pages, "utc_now", lambda: moment)
