from __future__ import annotations

import dataclasses

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory
from django.urls import set_script_prefix

from liaison.web import navigation
from liaison.web.navigation import NavigationGroup


def test_groups_and_entries_stand_in_their_order_and_the_present_page_is_marked(portal: Client) -> None:
    sections = navigation.entries_for(RequestFactory().get("/dialog/inside")).sections
    assert [section.key for section in sections] == [
        NavigationGroup.MAIN,
        NavigationGroup.CONFIGURATION,
        NavigationGroup.HELP,
    ]
    assert [link.key for section in sections for link in section.links if link.is_current] == ["contacts"]


def test_an_entry_that_a_reader_may_not_see_is_not_there(portal: Client) -> None:
    hidden = dataclasses.replace(navigation._items["home"], key="secret", visible=lambda _request: False)
    navigation.register(hidden)
    request = RequestFactory().get("/")
    assert "secret" not in {item.key for item in navigation.items_for(request)}


def test_a_key_cannot_be_registered_twice(portal: Client) -> None:
    with pytest.raises(ValueError, match="twice"):
        navigation.register(navigation._items["home"])


def test_links_stay_in_the_identity_slot_and_public_ones_leave_it(portal: Client) -> None:
    """D1: a page in a slot only links into its own slot; help has none."""
    set_script_prefix("/u/2/")
    try:
        sections = navigation.entries_for(RequestFactory().get("/u/2/base")).sections
    finally:
        set_script_prefix("/")
    addresses = {link.key: link.address for section in sections for link in section.links}
    assert addresses["contacts"] == "/u/2/dialog"
    assert addresses["help"] == "/moved"


def test_the_page_shows_help_in_navigation_and_footer(portal: Client) -> None:
    page = BeautifulSoup(portal.get("/base").text, "html.parser")
    assert page.select_one("nav#sidebar a[aria-current=page]").text.strip() == "Overview"  # type: ignore[union-attr]  # there
    assert next(link.text for link in page.select("footer a")) == "How to get help"
