"""What every page owes its readers: their own language (L1), and nothing serious for a screen reader."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from liaison.accounts.testing import sign_in
from tests.house import House
from tests.pages import PAGES
from tests.pseudo import pseudo_language, unmarked_texts

LANGUAGES = ("en", "ko", "zh-hans", "it", "pl")


@pytest.mark.django_db
def test_no_page_holds_a_word_that_is_not_translated(house: House) -> None:
    """L1, rendered in a language that does not exist."""
    found: dict[str, list[str]] = {}
    for page in PAGES:
        client = sign_in(Client(), house.people[page.person]) if page.person else Client()
        with pseudo_language():
            answer = client.get(page.address(house), headers={"accept-language": "en"}, follow=True)
        assert answer.status_code in {200, 404}, (page.name, answer.status_code)
        if words := unmarked_texts(answer.content):
            found[page.name] = words
    assert found == {}


@pytest.mark.browser
@pytest.mark.slow
def test_axe_finds_nothing_serious_on_any_page(signed_in_browser: Any, running_house: House) -> None:
    serious: list[str] = []
    for page in PAGES:
        context = signed_in_browser(page.person, locale="pl")
        tab = context.new_page()
        tab.goto(page.address(running_house))
        for violation in Axe().run(tab).response["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                targets = [node["target"] for node in violation["nodes"]][:3]
                serious.append(f"{page.name}: {violation['id']} {targets}")
    assert serious == []
