"""A help article from its first word to whoever searches for it, by two people, in a real browser (H1)."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from liaison.accounts.models import Identity
from liaison.helpcentre.models import Version
from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARTICLE = "/u/0/desk/help/refunds/en"
BODY = "## Who pays them\n\nThe merchant. See [Urgent or not](article:{slug}).\n\n## 환불\n\nOften asked."


def serious(tab: Page) -> list[str]:
    violations = Axe().run(tab).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in violations if one["impact"] in {"serious", "critical"}]


def test_an_article_is_written_reviewed_published_and_found(signed_in_browser: Any, running_house: House) -> None:
    Identity.objects.update(language="en")
    writer = signed_in_browser("agent", viewport={"width": 390, "height": 844}, color_scheme="dark").new_page()
    writer.goto("/u/0/desk/help/new")
    writer.locator("[name=slug]").fill("refunds")
    writer.locator("[name=slug]").press("Enter")
    writer.wait_for_url(f"**{ARTICLE}")
    writer.locator("[name=title]").fill("Refunds")
    writer.locator("[name=lead]").fill("Who pays back what, and when.")
    expect(writer.locator("#draft-status")).to_contain_text("The draft is saved.")

    reviewer = signed_in_browser("administrator").new_page()
    reviewer.goto(ARTICLE)
    expect(reviewer.locator("[name=title]")).to_have_value("Refunds")
    reviewer.locator("[name=keywords]").fill("money back")
    reviewer.locator(".button-row [name=save]").click()
    expect(reviewer.locator("main .notice-good")).to_be_visible()
    reviewer.goto("/u/0/desk/help")

    writer.locator("[name=body]").fill(BODY.format(slug="nowhere"))
    expect(writer.locator("#draft-status")).to_contain_text("Somebody else saved this text meanwhile.")
    writer.locator(".button-row [name=save]").click()
    expect(writer.locator(".help-difference del")).to_have_text("money back")
    expect(writer.locator("[name=body]")).to_have_value(BODY.format(slug="nowhere"))
    assert not serious(writer)
    writer.locator(".button-row [name=ask]").click()
    expect(writer.locator(".field-error")).to_contain_text("article:nowhere")
    writer.locator("[name=body]").fill(BODY.format(slug="urgent-or-not"))
    writer.locator(".button-row [name=ask]").click()
    writer.wait_for_url("**/desk/help/refunds")

    # Both wrote in it by now; let the writer alone have written it, so that the other may publish it.
    Version.objects.update(writers=[running_house.people["agent"].pk])
    writer.goto(f"{ARTICLE}/review")
    expect(writer.locator("[name=publish]")).to_have_count(0)
    reviewer.goto("/u/0/desk/help")
    assert not serious(reviewer)
    reviewer.locator("main").get_by_role("link", name="Refunds").first.click()
    assert not serious(reviewer)
    reviewer.locator("[name=publish]").click()
    expect(reviewer.locator("main .notice-good")).to_be_visible()

    stranger = signed_in_browser("", locale="ko", viewport={"width": 390, "height": 844}).new_page()
    stranger.goto("/help")
    stranger.locator("[name=q]").fill("환불")
    stranger.locator("[name=q]").press("Enter")
    expect(stranger.locator(".help-results mark").first).to_have_text("환불")
    assert not serious(stranger)
    stranger.locator(".help-results").get_by_role("link", name="Refunds").click()
    expect(stranger.locator(".help-foreign")).to_be_visible()
    assert not serious(stranger)
