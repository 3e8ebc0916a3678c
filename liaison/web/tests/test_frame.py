"""What is kept of the frame is never shown to somebody who sees another one (D1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import set_script_prefix
from django.utils import translation
from markupsafe import Markup

from liaison.lib.languages import ENGLISH, ITALIAN
from liaison.web.frame import Look, _drawn, part
from liaison.web.preferences import Theme


@pytest.fixture(autouse=True)
def with_sample_pages(portal: Client) -> Iterator[None]:
    yield
    set_script_prefix("/")


def menus(look: Look, here: str = "/base") -> BeautifulSoup:
    return BeautifulSoup(part("menus", look, lambda: here), "html.parser")


def test_where_the_reader_is_stands_in_both_forms_as_text() -> None:
    hostile = '/base?q="><script>&amp;'
    for here in ("/base", hostile, "/other"):
        fields = menus(Look(ENGLISH, Theme.AUTO), here).select("input[name=next]")
        assert [field["value"] for field in fields] == [here, here]


def test_theme_and_language_of_another_reader_are_not_shown() -> None:
    for theme in (Theme.AUTO, Theme.DARK, Theme.AUTO):
        chosen = menus(Look(ENGLISH, theme)).select_one("button[name=theme][aria-current]")
        assert chosen is not None
        assert chosen["value"] == theme
    for language in (ENGLISH, ITALIAN, ENGLISH):
        with translation.override(language.code):
            chosen = menus(Look(language, Theme.AUTO)).select_one("button[name=language][aria-current]")
        assert chosen is not None
        assert chosen["value"] == language.code


def test_forms_stay_in_the_identity_slot_of_the_reader() -> None:
    """D1: what was drawn for one slot leads nowhere else from another."""
    for prefix in ("/u/0/", "/u/3/", "/u/0/"):
        set_script_prefix(prefix)
        actions = {str(form["action"]) for form in menus(Look(ENGLISH, Theme.AUTO)).select("form")}
        assert len(actions) == 2  # language and theme
        assert all(action.startswith(prefix) for action in actions)


def test_a_part_is_drawn_once_for_all_who_see_the_same() -> None:
    look = Look(ENGLISH, Theme.LIGHT)
    first, second = (part("brand", look, lambda: "/", "/u/0/") for _time in range(2))
    assert first is second
    assert isinstance(first, Markup)


def test_no_address_that_somebody_asks_for_makes_the_kept_parts_more(portal: Client) -> None:
    """Else whoever asks for long addresses fills the memory, and lets every page be drawn anew."""
    portal.get("/dialog")
    kept = _drawn.cache_info().currsize  # type: ignore[attr-defined]  # of `lru_cache`
    for number in range(5):
        page = BeautifulSoup(portal.get(f"/dialog?number={number}").text, "html.parser")
        brand = page.select_one("a.brand")
        assert brand is not None
        assert brand["href"] == f"/dialog?number={number}"
    assert _drawn.cache_info().currsize == kept  # type: ignore[attr-defined]  # as above


def test_every_form_of_a_page_has_the_same_token_and_two_pages_have_different_ones(portal: Client) -> None:
    pages = [BeautifulSoup(portal.get("/dialog").text, "html.parser") for _time in range(2)]
    tokens = [{str(field["value"]) for field in page.select("input[name=csrfmiddlewaretoken]")} for page in pages]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
