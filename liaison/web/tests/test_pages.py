from __future__ import annotations

from django.test import Client

HTMX = {"HTTP_HX_REQUEST": "true"}


def test_htmx_gets_only_the_block_it_asked_for(portal: Client) -> None:
    answer = portal.get("/base", **HTMX)  # type: ignore[arg-type]  # headers
    assert answer.text.lstrip().startswith('<div id="rows">')
    assert "<html" not in answer.text
    assert "HX-Request" in answer["Vary"]


def test_a_message_travels_with_the_block(portal: Client) -> None:
    answer = portal.get("/base?say=1", **HTMX)  # type: ignore[arg-type]  # headers
    assert 'hx-swap-oob="beforeend:#messages"' in answer.text
    assert "Said &lt;once&gt;." in answer.text
    assert "Said" not in portal.get("/base").text


def test_htmx_gets_the_whole_page_when_it_restores_history_or_follows_a_link(portal: Client) -> None:
    for header in ("HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST"):
        answer = portal.get("/base", **HTMX, **{header: "true"})  # type: ignore[arg-type]  # headers
        assert "<html" in answer.text


def test_a_redirect_reaches_the_browser_and_not_a_part_of_the_page(portal: Client) -> None:
    assert portal.get("/moved")["Location"] == "/base"
    answer = portal.get("/moved", **HTMX)  # type: ignore[arg-type]  # headers
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/base")


def test_the_page_of_a_signed_in_identity_sends_the_token_with_every_htmx_request(portal: Client) -> None:
    assert 'hx-headers=\'{"X-CSRFToken": "' in portal.get("/base").text


def test_a_page_without_forms_of_its_own_opens_no_session(portal: Client) -> None:
    """The language and theme forms of public pages need no token, so nobody gets a cookie for reading."""
    answer = portal.get("/plain")
    assert not answer.cookies
