"""The pages of the help centre, for everybody: signed out, signed in, held at the gate (C3, C4, H1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils.timezone import now as utc

from liaison.accounts.testing import Cast, sign_in
from liaison.contacts.testing import make_integration
from liaison.helpcentre import actions
from liaison.helpcentre.models import Feedback
from liaison.helpcentre.shipped import shipped
from liaison.lib.refusals import Conflict

HTMX = {"HX-Request": "true"}
FEEDBACK = "/help/who-is-told/feedback"


@pytest.mark.parametrize("slug", list(shipped()))
def test_every_article_opens_signed_out_in_the_readers_language(client: Client, slug: str) -> None:
    """H1: with the date of the last update."""
    page = client.get(f"/help/{slug}", headers={"Accept-Language": "ko"}).content.decode()
    assert shipped()[slug].text("ko").title in page
    assert "최종 업데이트" in page or "2026년 11월" in page
    assert page.count('<details class="help-section"') == len(shipped()[slug].text("ko").sections)


def test_the_pages_stay_in_the_slot_of_somebody_signed_in(client: Client, cast: Cast) -> None:
    page = sign_in(client, cast.colleague, 3).get("/u/3/help/how-to-get-help").content.decode()
    assert 'href="/u/3/help/contact-information"' in page
    assert 'href="/u/3/support"' in page
    assert cast.colleague.name in page


def test_nobody_signed_in_in_a_slot_reads_the_same_as_outside(client: Client) -> None:
    assert client.get("/u/4/help/who-is-told").status_code == 200


def test_help_and_contacting_support_are_open_while_the_gate_is_closed(client: Client, cast: Cast) -> None:
    """C3, C4."""
    make_integration(cast.partner)
    sign_in(client, cast.colleague)
    assert client.get("/u/0/").status_code == 302
    for path in ("help", "help/how-to-get-help", "contact-support"):
        assert client.get(f"/u/0/{path}").status_code == 200


@pytest.mark.parametrize("how", [{"headers": HTMX}, {"data": {"fragment": "1"}}])
def test_an_article_is_a_fragment_for_the_panel_of_the_gate(client: Client, how: dict[str, Any]) -> None:
    """C4: it opens without leaving the modal."""
    response = client.get("/help/how-to-get-help", **how)
    page = response.content.decode()
    assert page.lstrip().startswith('<div class="help-fragment">')
    assert "<html" not in page
    assert "HX-Request" in response["Vary"]


def test_an_article_that_does_not_exist_is_missing(client: Client) -> None:
    assert client.get("/help/nothing").status_code == 404
    assert client.post("/help/nothing/feedback", {"helpful": "yes"}).status_code == 404


def test_search_shows_what_fits_and_a_way_to_people_when_nothing_does(client: Client) -> None:
    """H1."""
    korean = {"Accept-Language": "ko"}
    assert "/help/connect-alertmanager" in client.get("/help", {"q": "샌드박스"}, headers=korean).content.decode()
    nothing = client.get("/help", {"q": "<script>x"}).content.decode()
    assert "<script>x" not in nothing
    assert "Nothing matches" in nothing


def test_an_answer_is_kept_with_what_could_be_better_and_with_nobody_in_it(client: Client, cast: Cast) -> None:
    """H1: signed in or not, nothing tells who said it."""
    sign_in(client, cast.colleague)
    asked = client.post("/u/0" + FEEDBACK, {"helpful": "no"}, headers=HTMX)
    assert asked.status_code == 200
    ticket = asked.content.decode().split('name="ticket" value="')[1].split('"')[0]
    assert Feedback.objects.get().is_helpful is False
    thanked = client.post("/u/0" + FEEDBACK, {"ticket": ticket, "text": " Say more about pauses. "}, headers=HTMX)
    assert "Thank you" in thanked.content.decode()
    kept = Feedback.objects.get()
    assert (kept.article, kept.language, kept.text) == ("who-is-told", "en", "Say more about pauses.")
    assert (kept.identity, kept.wants_answer) == (None, False)


def test_an_answer_works_without_scripts_too(client: Client) -> None:
    page = client.post(FEEDBACK, {"helpful": "yes"})
    assert page.status_code == 200
    assert "<html" in page.content.decode()
    assert Feedback.objects.get().is_helpful is True


def test_a_text_that_is_too_long_comes_back_as_it_was_typed(client: Client) -> None:
    ticket = client.post(FEEDBACK, {"helpful": "no"}).content.decode().split('name="ticket" value="')[1].split('"')[0]
    long = "x" * 2001
    answer = client.post(FEEDBACK, {"ticket": ticket, "text": long}, headers=HTMX)
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert Feedback.objects.get().text == ""


def test_a_ticket_says_more_once_and_within_two_hours() -> None:
    now = utc()
    ticket = actions.give_feedback(sender="1.1.1.1", slug="who-is-told", language="en", is_helpful=False, now=now)
    with pytest.raises(Conflict):
        actions.explain_feedback(ticket=ticket, text="late", now=now + timedelta(hours=3))
    with pytest.raises(Conflict):
        actions.explain_feedback(ticket="forged", text="x", now=now)
    actions.explain_feedback(ticket=ticket, text="NUL \x00 and more", now=now)
    assert "\x00" not in Feedback.objects.get().text
    with pytest.raises(Conflict):
        actions.explain_feedback(ticket=ticket, text="again", now=now)


def test_one_sender_cannot_answer_without_end(client: Client) -> None:
    for _number in range(actions.MOST_AN_HOUR):
        assert client.post(FEEDBACK, {"helpful": "yes"}).status_code == 200
    refused = client.post(FEEDBACK, {"helpful": "yes"})
    assert refused.status_code == 409
    assert "try again later" in refused.content.decode()
    assert Feedback.objects.count() == actions.MOST_AN_HOUR
    assert client.post(FEEDBACK, {"helpful": "yes"}, REMOTE_ADDR="10.9.8.7").status_code == 200


def test_a_form_of_another_site_keeps_nothing(client: Client) -> None:
    answer = client.post(FEEDBACK, {"helpful": "yes"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not Feedback.objects.exists()


def test_support_is_reached_with_account_reference_and_the_assigned_partner_manager(client: Client, cast: Cast) -> None:
    """C4, S1: the letter names account and request."""
    response = sign_in(client, cast.owner).get("/u/0/contact-support")
    page = unquote(response.content.decode())
    assert "mailto:support@operator.test?subject=Question from Bistro" in page
    assert response["X-Request-Id"] in page
    assert cast.manager.name in page
    assert cast.manager.mailbox in page


def test_somebody_elses_partner_manager_is_not_shown(client: Client, cast: Cast) -> None:
    page = sign_in(client, cast.outsider).get("/u/0/contact-support").content.decode()
    assert cast.manager.name not in page
    assert "No partner manager is assigned" in page


def test_support_is_reached_signed_out_without_anybodys_name(client: Client, cast: Cast) -> None:
    page = unquote(client.get("/contact-support").content.decode())
    assert "mailto:support@operator.test?subject=Question (" in page
    assert cast.manager.name not in page
