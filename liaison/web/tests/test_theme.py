from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import set_script_prefix

from liaison.web.checks import check_operator
from liaison.web.theme import stylesheet_address


def test_the_stylesheet_carries_the_operators_colour_and_is_kept_for_a_year(portal: Client, settings: Any) -> None:
    settings.OPERATOR_COLOUR = "#ffdd00"
    answer = portal.get(stylesheet_address())
    assert answer["Content-Type"].startswith("text/css")
    assert "--operator-fill: #ffdd00" in answer.text
    assert "--operator-text: #000000" in answer.text
    assert "immutable" in answer["Cache-Control"]


def test_its_address_changes_with_the_colour_and_not_with_the_identity_slot(portal: Client, settings: Any) -> None:
    before = stylesheet_address()
    set_script_prefix("/u/3/")
    try:
        assert stylesheet_address() == before
    finally:
        set_script_prefix("/")
    settings.OPERATOR_COLOUR = "#123456"
    assert stylesheet_address() != before


def test_the_icon_escapes_the_operators_name(portal: Client, settings: Any) -> None:
    settings.OPERATOR_NAME = "<b>"
    answer = portal.get("/icon.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "&lt;</text>" in answer.text


def test_boot_refuses_a_colour_that_is_none_and_an_empty_name(settings: Any) -> None:
    settings.OPERATOR_COLOUR = "blue"
    settings.OPERATOR_NAME = ""
    assert [error.id for error in check_operator()] == ["web.E001", "web.E002"]
