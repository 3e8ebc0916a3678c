"""Every page of the room, opened by somebody who may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import Cast, make_identity, sign_in


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


def test_the_list_of_users_costs_the_same_however_many_there_are(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, cast.owner)
    client.get("/u/0/users/")
    with CaptureQueriesContext(connection) as few:
        client.get("/u/0/users/")
    for number in range(20):
        make_identity(cast.partner, name=f"Person{number} Many", mailbox="")
    with django_assert_num_queries(len(few)):
        client.get("/u/0/users/")
    assert len(few) <= 6, "session, users, roles, invitations, and at most two of the gate"


def test_home_names_what_is_missing_for_this_person(cast: Cast, client: Client) -> None:
    person = make_identity(cast.operator, PredefinedRole.READ_ONLY_STAFF, "Noel Nomail", mailbox="")
    page = sign_in(client, person).get("/u/0/").content.decode()
    assert "You have no mailbox" in page
    assert "You have no password" in page
    complete = make_identity(
        cast.operator, PredefinedRole.READ_ONLY_STAFF, "Carla Complete", password="lang genug hier"
    )
    page = sign_in(client, complete).get("/u/0/").content.decode()
    assert "You have no" not in page
