"""Screenshots of every page, for people to look at; `make shots` runs it, the test suite does not collect it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.house import House
from tests.pages import PAGES

FOLDER = Path(os.environ.get("SHOTS", "var/shots"))
SIZES = {"wide": (1280, 900), "phone": (390, 844)}
LANGUAGES = os.environ.get("SHOTS_LANGUAGES", "ko,pl").split(",")
WANTED = os.environ.get("SHOTS_ONLY", "").split(",")


@pytest.mark.browser
def test_take_screenshots(signed_in_browser: Any, running_house: House) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = 0
    for language in LANGUAGES:
        for page in (page for page in PAGES if any(part in page.name for part in WANTED)):
            if page.person:
                person = running_house.people[page.person]
                type(person).objects.filter(pk=person.pk).update(language=language)
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    context = signed_in_browser(
                        page.person,
                        locale=translation.to_locale(language).replace("_", "-"),
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                    )
                    tab = context.new_page()
                    answer = tab.goto(page.address(running_house), wait_until="networkidle")
                    assert answer is not None
                    assert answer.status < 500, page.name
                    tab.screenshot(path=FOLDER / f"{page.name}.{language}.{size}.{scheme}.png", full_page=True)
                    context.close()
                    taken += 1
    assert taken
