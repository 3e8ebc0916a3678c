"""Every page of the room, opened by somebody who may."""

from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts.testing import Cast, sign_in


@pytest.mark.parametrize(
    "path",
    [
        "",
        "settings/",
        "settings/mailbox/",
        "settings/tokens/",
        "users/",
        "users/new/",
        "signin/password/set/",
        "signin/password/change/",
        "signout/",
    ],
)
def test_an_administrator_opens_it(cast: Cast, client: Client, path: str) -> None:
    response = sign_in(client, cast.owner).get(f"/u/0/{path}", follow=True)
    assert response.status_code == 200, response.content.decode()
    assert "</html>" in response.content.decode()


def test_an_administrator_opens_the_page_of_a_user(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    for name in ("", "suspend/", "delete/"):
        response = client.get(f"/u/0/users/{cast.colleague.public_id}/{name}")
        assert response.status_code == 200, response.content.decode()


def test_staff_open_the_users_of_a_partner(cast: Cast, client: Client) -> None:
    sign_in(client, cast.administrator)
    for name in ("", "new/"):
        assert client.get(f"/u/0/accounts/bistro/users/{name}").status_code == 200


@pytest.mark.parametrize(
    "path", ["signin/", "signin/inactive/", "signin/password/reset/", "signin/password/reset/done/"]
)
def test_somebody_signed_out_opens_it(db: None, client: Client, path: str) -> None:
    response = client.get(f"/u/0/{path}")
    assert response.status_code == 200
    assert "</html>" in response.content.decode()
