"""Links of mails find the identity they were written for, and lead nowhere else (D1)."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from liaison.accounts.testing import Cast, make_identity, sign_in


def test_it_leads_to_the_slot_that_holds_the_identity(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.agent, slot=3)
    response = client.get(f"/go/users/?as={cast.agent.public_id}&page=2")
    assert response["Location"] == "/u/3/users/?page=2"


def test_it_leads_to_sign_in_in_a_free_slot_when_nobody_holds_it(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    parts = urlsplit(client.get(f"/go/users/?as={cast.agent.public_id}")["Location"])
    assert parts.path == "/u/1/signin/"
    assert parse_qs(parts.query) == {"next": ["/u/1/users/"]}


def test_unknown_and_foreign_identities_look_alike(cast: Cast, client: Client) -> None:
    known = client.get(f"/go/users/?as={cast.agent.public_id}")["Location"]
    assert client.get(f"/go/users/?as={'0' * 14}")["Location"] == known


def test_without_an_identity_it_leads_to_whoever_is_signed_in_first(cast: Cast, client: Client) -> None:
    sign_in(client, cast.agent, slot=6)
    sign_in(client, cast.owner, slot=2)
    assert client.get("/go/users/")["Location"] == "/u/2/users/"
    assert client.get("/")["Location"] == "/go/"
    assert client.get("/", follow=True).wsgi_request.path == "/u/2/"


def test_the_bare_address_leads_to_sign_in_when_nobody_is_signed_in(db: None, client: Client) -> None:
    page = client.get("/", follow=True)
    assert page.wsgi_request.path == "/u/0/signin/"


def test_it_works_from_within_a_slot_too(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=2)
    assert client.get(f"/u/5/go/users/?as={cast.owner.public_id}")["Location"] == "/u/2/users/"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.test/",
        "/..//evil.test",
        "/../../evil",
        "/%5Cevil.test",
        "/u/3/users/",
        "/a/%2e%2e/b",
        "/a//b",
        "/x%0d%0aY: z",
    ],
)
def test_it_is_no_way_out_of_the_portal(cast: Cast, client: Client, path: str) -> None:
    sign_in(client, cast.owner)
    response = client.get(f"/go{path}")
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_browser_with_ten_sign_ins_is_told_so(cast: Cast, client: Client) -> None:
    for slot in range(10):
        sign_in(client, make_identity(cast.partner, name=f"P{slot} Person"), slot=slot)
    for address in ("/go/users/?as=free", f"/go/users/?as={cast.agent.public_id}"):
        response = client.get(address)
        assert response.status_code == HTTPStatus.CONFLICT
        assert "Ten people are signed in" in response.content.decode()


def test_the_menu_shows_the_other_sign_ins_and_the_way_to_another(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.outsider, slot=1)
    page = client.get("/u/0/settings/").content.decode()
    assert 'href="/u/1/"' in page
    assert "Otto Outsider" in page
    assert 'href="/u/2/signin/"' in page
    assert 'action="/u/0/signout/"' in page
