from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from liaison.web import states

STATIC_FOLDER = Path(__file__).parents[1]
PAGES = ["/base?errors=1", "/plain", "/dialog?errors=1", "/missing"]


def page_of(portal: Client, address: str, language: str = "en") -> BeautifulSoup:
    answer = portal.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == (404 if address == "/missing" else 200)
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "ko", "zh-Hans", "it", "pl"])
def test_every_page_renders_in_every_language_without_inline_scripts_and_styles(
    portal: Client, address: str, language: str
) -> None:
    """The content security policy forbids them, so a page that has one is broken."""
    page = page_of(portal, address, language)
    assert page.html is not None
    assert page.html["lang"] == language
    assert not page.select("[style], style, [onclick], [onsubmit], [onchange]")
    assert not [script for script in page.find_all("script") if not script.get("src")]
    assert len(page.find_all("h1")) == 1
    assert page.title is not None
    assert "Baram <Test> Platform" in page.title.text


@pytest.mark.parametrize("address", PAGES)
def test_no_id_is_there_twice_and_every_label_and_description_points_at_something(portal: Client, address: str) -> None:
    page = page_of(portal, address)
    ids = [str(element["id"]) for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    pointed = [str(label["for"]) for label in page.select("label[for]")]
    for element in page.select("[aria-describedby]"):
        pointed += str(element["aria-describedby"]).split()
    pointed += [str(element["aria-labelledby"]) for element in page.select("[aria-labelledby]")]
    pointed += [str(element["popovertarget"]) for element in page.select("[popovertarget]")]
    assert set(pointed) <= set(ids)


def test_a_field_with_an_error_says_so_to_everyone(portal: Client) -> None:
    page = page_of(portal, "/base?errors=1")
    control = page.select_one("input[name=name]")
    assert control is not None
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_name_helptext id_name_error"
    assert control["value"] == "x" * 30, "what was typed is never lost"
    error = page.select_one("#id_name_error")
    assert error is not None
    assert error["role"] == "alert"
    assert "20" in error.text


def test_required_and_optional_fields_say_so_in_words(portal: Client) -> None:
    page = page_of(portal, "/base")
    markers = {label["for"]: label.select_one(".marker").text for label in page.select("label.form-label")}  # type: ignore[union-attr]  # each has one
    assert (markers["id_name"], markers["id_address"]) == ("Required", "Optional")


def test_help_text_is_escaped_like_everything_else(portal: Client) -> None:
    answer = portal.get("/plain", HTTP_ACCEPT_LANGUAGE="it")
    assert "<b>here" not in answer.text


def test_choices_stand_in_a_fieldset_with_a_legend(portal: Client) -> None:
    page = page_of(portal, "/base")
    legend = page.select_one("fieldset legend")
    assert legend is not None
    assert legend.text.startswith("Role")
    assert len(page.select("fieldset input[type=radio]")) == 2


def test_the_gate_dialog_is_modal_named_and_holds_everything_that_can_be_used(portal: Client) -> None:
    """C3, C4: sign-out, language and the two links belong to the dialog; what lies behind cannot be reached."""
    page = page_of(portal, "/dialog")
    dialog = page.select_one('[role=dialog][aria-modal="true"]')
    outline = page.select_one(".outline[inert]")
    assert dialog is not None
    assert outline is not None
    assert not outline.select("a, button, input, summary")
    assert "Contact support" in dialog.text
    assert "How to get help" in dialog.text
    assert dialog.select_one('form[action="/sign-out"]') is not None
    outside = [
        element
        for element in page.select("a, button, input, summary")
        if dialog not in element.parents and element.get("class") != ["skip-link"]
    ]
    assert not outside


def test_every_state_has_words_and_a_look() -> None:
    assert all(str(state.label) and state.kind in states.Kind for state in states.STATES.values())
    with pytest.raises(KeyError):
        states.state_of("made-up")


def test_every_icon_that_the_room_uses_is_in_the_list() -> None:
    listed = set((STATIC_FOLDER.parents[1] / "scripts" / "icons.txt").read_text().split())
    used = {"device-desktop", "sun", "moon", "info-circle", "circle-check", "alert-triangle", "alert-circle"}
    for template in (STATIC_FOLDER / "jinja2").rglob("*.html"):
        parts = template.read_text().split('icon("')[1:]
        used |= {part.partition('"')[0] for part in parts}
    assert used <= listed
