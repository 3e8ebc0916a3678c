"""Several sign-ins in one browser: the domain always in sight, others one click away, out of one or of all (D1)."""

from __future__ import annotations

from http import HTTPStatus

from bs4 import BeautifulSoup
from django.test import Client

from liaison.accounts.models import Session
from liaison.accounts.sessions import cookie_name
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.web.colours import tone_of


def test_the_domain_stands_in_the_bar_with_its_colour_and_in_the_title_of_the_page(cast: Cast, client: Client) -> None:
    """D1: not by colour alone; the name stands there, for people and for programs that read pages aloud."""
    sign_in(client, cast.owner)
    page = BeautifulSoup(client.get("/u/0/settings/").text, "html.parser")
    name = cast.owner.domain.name
    badge = page.select_one("header .topbar-domain .domain-badge")
    assert badge is not None
    assert badge.get_text().endswith(name)
    assert f"tone-{tone_of(name)}" in badge["class"]
    assert page.title is not None
    assert f" · {name} · " in page.title.text


def test_other_sign_ins_are_one_click_away_with_their_domains(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.agent, slot=4)
    page = BeautifulSoup(client.get("/u/0/settings/").text, "html.parser")
    other = page.select_one('header a[href="/u/4/"]')
    assert other is not None
    assert cast.agent.domain.name in other.text
    assert page.select_one('header a[href="/u/1/signin/"]') is not None, "the lowest free slot takes another sign-in"
    assert page.select_one('header form[action="/u/0/signout/all/"]') is not None


def test_who_is_alone_is_not_asked_to_sign_out_of_all(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    assert "/signout/all/" not in client.get("/u/0/settings/").text


def test_signing_out_of_all_ends_every_slot_of_this_browser_and_of_no_other(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.agent, slot=4)
    elsewhere = sign_in(Client(), cast.owner, slot=0)
    answer = client.post("/u/4/signout/all/")
    assert answer["Location"] == "/u/4/signin/"
    assert {slot: answer.cookies[cookie_name(slot)].value for slot in (0, 4)} == {0: "", 4: ""}
    assert client.get("/u/0/settings/").status_code == client.get("/u/4/settings/").status_code == HTTPStatus.FOUND
    assert elsewhere.get("/u/0/settings/").status_code == HTTPStatus.OK
    assert set(Session.objects.exclude(identity=None).values_list("identity_id", flat=True)) == {cast.owner.pk}
    said = Event.objects.filter(kind=Happened.IDENTITY_SIGNED_OUT).values_list("actor_id", flat=True)
    assert set(said) == {str(cast.owner.pk), str(cast.agent.pk)}


def test_a_link_does_not_sign_anybody_out(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    assert client.get("/u/0/signout/all/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.get("/u/0/settings/").status_code == HTTPStatus.OK
