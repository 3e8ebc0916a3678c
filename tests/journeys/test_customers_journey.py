"""A reseller finds one of its customers as it types, and says what is wrong in its sales record (D2, D6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from liaison.delegation.models import Correction


@pytest.mark.browser
def test_a_reseller_finds_a_customer_as_it_types_and_asks_for_a_correction(signed_in_browser: Any) -> None:
    tab = signed_in_browser("rita", locale="en").new_page()
    tab.goto("/u/0/customers")
    search, rows = tab.get_by_role("searchbox"), tab.locator("#customers-list tbody tr")
    expect(rows).to_have_count(2)
    search.press_sequentially("ugo")
    expect(rows).to_have_count(1)
    expect(search).to_be_focused()
    expect(tab).to_have_url(re.compile(r"q=ugo"))
    rows.get_by_role("link", name="Osteria-Ugo", exact=True).click()
    tab.get_by_role("link", name="Ask for a correction").click()
    tab.get_by_label("What is wrong").fill("It moved to Milan.")
    tab.get_by_role("button", name="Send").click()
    expect(tab.get_by_text("It moved to Milan.")).to_be_visible()
    assert Correction.objects.get().asked_by is not None
