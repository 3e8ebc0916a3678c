"""The support page in its three situations, signed in and out, and the staff's pages (S1)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.integrations.models import Status
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.support.links import token_of
from liaison.support.models import Interest, InterestState
from liaison.support.pages.interest import MOST_POSTS
from liaison.support.situations import situation_of
from liaison.support.testing import make_interest
from liaison.support.vocabulary import Situation

pytestmark = pytest.mark.django_db

FORM: dict[str, Any] = {
    "company": "Trattoria Nuova",
    "website": "",
    "name": "Giulia",
    "address": "giulia@nuova.test",
    "kinds": ["things_to_do"],
    "message": "Ciao",
    "language": "it",
    "time_zone": "Europe/Rome",
}


@pytest.fixture(autouse=True)
def _nobody_posted_yet(db: None) -> None:
    cache.clear()


def _page(client: Client, path: str = "/u/0/support") -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def _english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_furthest_stage_decides_and_a_choice_wins() -> None:
    assert situation_of([]) is Situation.INTERESTED
    assert situation_of(["interested", "integrating"]) is Situation.INTEGRATING
    assert situation_of(["interested", "launched", "integrating"]) is Situation.LAUNCHED
    assert situation_of(["launched"], "interested") is Situation.INTERESTED
    assert situation_of(["launched"], "nonsense") is Situation.LAUNCHED


def test_a_launched_partner_sees_three_ways_and_its_pause_page(client: Client, cast: Cast) -> None:
    integration = make_launched(cast.partner)
    sign_in(client, cast.colleague)
    page = _page(client)
    assert "/u/0/cases/new" in page
    assert "/u/0/cases/new?urgent=1" in page
    assert f"/u/0/integrations/{integration.public_id}/pause/" in page


def test_a_disabled_integration_cannot_be_paused_from_here(client: Client, cast: Cast) -> None:
    """W9."""
    integration = make_launched(cast.partner, status=Status.DISABLED)
    sign_in(client, cast.colleague)
    assert f"/u/0/integrations/{integration.public_id}/pause/" not in _page(client)


def test_a_reader_sees_what_they_cannot_do_and_who_can(client: Client, cast: Cast) -> None:
    """S2: readers cannot reply, nor file."""
    make_launched(cast.partner)
    sign_in(client, cast.reader)
    page = _page(client)
    assert "/cases/new" not in page
    assert "You cannot file cases yourself" in page
    assert cast.owner.name in page


def test_who_integrates_sees_the_partner_manager_and_what_is_missing(client: Client, cast: Cast) -> None:
    make_integration(cast.partner)
    sign_in(client, cast.owner)
    page = _page(client)
    assert f"mailto:{cast.manager.mailbox}" in page
    assert "Contact information is missing" in page
    assert "/u/0/contact-information/" in page


def test_without_a_manager_the_page_says_whom_to_write_to(client: Client, cast: Cast) -> None:
    make_integration(cast.elsewhere)
    sign_in(client, cast.outsider)
    assert "No partner manager is assigned to your account yet" in _page(client)


def test_the_page_is_open_signed_out_and_shows_every_tab(client: Client, cast: Cast) -> None:
    _english(client)
    assert "Express your interest" in _page(client, "/support")
    for situation in ("launched", "integrating"):
        assert "Sign in to go on" in _page(client, f"/support?situation={situation}")


def test_staff_and_people_of_other_accounts_find_a_page_as_well(client: Client, cast: Cast) -> None:
    sign_in(client, cast.agent)
    for situation in Situation:
        assert f"situation={situation}" in _page(client, f"/u/0/support?situation={situation}")


def test_articles_are_found_from_here(client: Client, cast: Cast) -> None:
    sign_in(client, cast.owner)
    page = _page(client, "/u/0/support?situation=launched&q=contact+information")
    assert "/u/0/help/contact-information" in page
    _page(client, "/u/0/support?situation=launched&q=%00%E2%80%A8" + "x" * 3000)


def test_the_number_of_queries_does_not_grow_with_integrations(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in ("things_to_do", "reservations_waitlist", "reservations_end_to_end"):
        make_launched(cast.partner, kind)
    sign_in(client, cast.owner)
    with django_assert_max_num_queries(16):
        _page(client)


def test_a_stranger_expresses_interest_and_hears_the_same_whoever_the_address_is(client: Client, cast: Cast) -> None:
    for address in ("giulia@nuova.test", cast.owner.mailbox):
        answer = client.post("/support/interest", {**FORM, "address": address})
        assert (answer.status_code, answer["Location"]) == (302, "/support/interest/sent")
    assert Interest.objects.filter(confirmed_at=None).count() == 2
    _page(client, "/support/interest/sent")


def test_a_wrong_form_comes_back_with_what_was_typed(client: Client) -> None:
    _english(client)
    answer = client.post("/support/interest", {**FORM, "address": "nobody", "message": "<b>Ciao</b> 😀"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "&lt;b&gt;Ciao&lt;/b&gt; 😀" in page
    assert 'href="/support?situation=launched"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"company": "\x00"},
        {"message": "x" * 1_000_000},
        {"kinds": ["x"]},
        {"time_zone": "x"},
        {"language": ""},
        {"name": "\u202e"},
    ],
)
def test_bad_input_is_refused_in_words(client: Client, wrong: dict[str, Any]) -> None:
    assert client.post("/support/interest", {**FORM, **wrong}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Interest.objects.exists()


def test_it_is_refused_from_another_site_too_often_and_by_get(client: Client) -> None:
    answer = client.post("/support/interest", FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert client.get("/support/interest").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    statuses = [
        client.post("/support/interest", {**FORM, "address": f"a{n}@b.test"}).status_code for n in range(MOST_POSTS + 1)
    ]
    assert statuses[-2:] == [302, HTTPStatus.TOO_MANY_REQUESTS]


def test_looking_at_the_link_does_nothing_and_the_button_confirms(client: Client) -> None:
    interest = make_interest(is_confirmed=False)
    address = f"/support/interest/{token_of(interest)}/"
    assert client.get(address).status_code == HTTPStatus.OK
    assert Interest.objects.get().confirmed_at is None
    assert client.post(address).status_code == HTTPStatus.OK
    assert Interest.objects.get().confirmed_at is not None
    assert client.get("/support/interest/forged/").status_code == HTTPStatus.GONE


def test_who_was_signed_in_sees_how_it_stands(client: Client, cast: Cast) -> None:
    Identity.objects.filter(pk=cast.owner.pk).update(mailbox_verified_at=utc_now())
    sign_in(client, cast.owner)
    answer = client.post("/u/0/support/interest", {**FORM, "address": cast.owner.mailbox})
    assert answer["Location"] == "/u/0/support?situation=interested"
    assert "Waits for an answer" in _page(client, answer["Location"])


def test_staff_accept_on_a_page_that_says_what_happens(client: Client, cast: Cast) -> None:
    interest = make_interest()
    sign_in(client, cast.manager)
    assert "1 expression of interest waits for an answer." in _page(client, "/u/0/")
    assert interest.company in _page(client, "/u/0/desk/interests")
    page = _page(client, f"/u/0/desk/interests/{interest.public_id}/accept")
    assert "This cannot be undone." in page
    assert 'value="trattoria-nuova"' in page
    chosen = {
        "name": "Trattoria Nuova",
        "slug": "bistro",
        "language": "it",
        "time_zone": "Europe/Rome",
        "kinds": ["things_to_do"],
        "stage": "integrating",
        "manager": cast.manager.public_id,
    }
    refused = client.post(f"/u/0/desk/interests/{interest.public_id}/accept", chosen)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done = client.post(f"/u/0/desk/interests/{interest.public_id}/accept", {**chosen, "slug": "trattoria-nuova"})
    assert done["Location"] == "/u/0/accounts/trattoria-nuova"
    again = client.post(f"/u/0/desk/interests/{interest.public_id}/accept", {**chosen, "slug": "second"})
    assert again["Location"] == f"/u/0/desk/interests/{interest.public_id}"


def test_staff_decline_with_a_reason(client: Client, cast: Cast) -> None:
    interest = make_interest()
    sign_in(client, cast.administrator)
    address = f"/u/0/desk/interests/{interest.public_id}/decline"
    assert client.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(address, {"reason": "Not in Italy yet."}).status_code == HTTPStatus.FOUND
    assert Interest.objects.get().state == InterestState.DECLINED
    assert "Not in Italy yet." in _page(client, f"/u/0/desk/interests/{interest.public_id}")
    assert interest.company in _page(client, "/u/0/desk/interests?tab=decided")


def test_the_unproved_stand_apart_and_cannot_be_decided(client: Client, cast: Cast) -> None:
    interest = make_interest(is_confirmed=False)
    sign_in(client, cast.manager)
    assert interest.company not in _page(client, "/u/0/desk/interests")
    assert interest.company in _page(client, "/u/0/desk/interests?tab=unconfirmed&after=x")
    assert client.get(f"/u/0/desk/interests/{interest.public_id}/accept").status_code == HTTPStatus.FOUND


def test_the_list_asks_as_often_for_many_as_for_few(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        make_interest(address=f"a{number}@b.test")
    sign_in(client, cast.manager)
    with django_assert_max_num_queries(5):
        _page(client, "/u/0/desk/interests")
