"""One cookie per slot, one query per request, and two people in one browser who never mix (D1, W13)."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import DjangoAssertNumQueries, Settings

from liaison.accounts import actions
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import CustomRole, Identity, OrgUnit, RoleAssignment, Session
from liaison.accounts.rights import Privilege
from liaison.accounts.sessions import SessionStore, cookie_name, free_slot, identities_in_browser
from liaison.accounts.testing import TESTS, Cast, make_identity, sign_in
from liaison.config.urls import urlpatterns as real
from liaison.lib.clock import utc_now
from liaison.web.gate import open_at_the_gate


@open_at_the_gate
@signed_in
def who(request: HttpRequest) -> HttpResponse:
    identity = identity_of(request)
    may = ",".join(sorted(identity.privileges))
    return HttpResponse(f"{identity.username}|{identity.account.slug}|{identity.org_unit_id}|{may}")


@open_at_the_gate
@signed_in
def leave_message(request: HttpRequest) -> HttpResponse:
    messages.info(request, f"for {identity_of(request).name}")
    return HttpResponse()


@open_at_the_gate
@signed_in
def fail(request: HttpRequest) -> HttpResponse:
    request.session["half"] = "done"
    raise RuntimeError("broken")


urlpatterns = [path("who/", who), path("leave-message/", leave_message), path("fail/", fail), *real]


@pytest.fixture(autouse=True)
def with_test_pages(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def test_a_signed_in_view_costs_one_query_for_session_identity_account_and_privileges(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, cast.agent)
    client.get("/u/0/who/")
    with django_assert_num_queries(1):
        response = client.get("/u/0/who/")
    assert response.content.decode().startswith("ada@operator.portal.test|operator|")
    assert "staff.view_all" in response.content.decode()


def test_the_one_query_brings_exactly_the_privileges_that_the_identity_has(cast: Cast, client: Client) -> None:
    custom = CustomRole.objects.create(account=cast.partner, name="Own", privileges=[Privilege.MANAGE_INTAKE_KEYS])
    unit = OrgUnit.objects.create(account=cast.partner, parent=cast.reader.org_unit, name="Milan")
    now = utc_now()
    RoleAssignment.objects.create(identity=cast.reader, custom=custom, given_at=now)
    RoleAssignment.objects.create(identity=cast.reader, predefined="administrator", org_unit=unit, given_at=now)
    shown = sign_in(client, cast.reader).get("/u/0/who/").content.decode().rpartition("|")[2]
    fresh = Identity.objects.get(pk=cast.reader.pk)
    assert shown == ",".join(sorted(fresh.privileges))
    assert Privilege.MANAGE_INTAKE_KEYS in fresh.privileges
    assert Privilege.MANAGE_USERS not in fresh.privileges, "a role for a unit counts for that unit only (W3)"


def test_two_identities_in_two_slots_never_mix(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.agent, slot=4)
    assert client.get("/u/0/who/").content.startswith(b"olivia@")
    assert client.get("/u/4/who/").content.startswith(b"ada@")
    client.get("/u/0/leave-message/")
    assert "for Olivia Owner" not in client.get("/u/4/settings/").content.decode()
    page = client.get("/u/0/settings/").content.decode()
    assert "for Olivia Owner" in page
    assert 'href="/u/4/settings/"' not in page


def test_a_form_of_one_slot_is_refused_in_another(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.agent, slot=1)
    page = client.get("/u/0/settings/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    form = {"csrfmiddlewaretoken": found[1], "name": "Olivia", "language": "", "time_zone": ""}
    assert client.post("/u/1/settings/", form).status_code == HTTPStatus.FORBIDDEN, "it does not say who opened it"
    assert client.post("/u/0/settings/", form).status_code == HTTPStatus.FOUND


def test_signing_out_in_one_slot_leaves_the_other(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner, slot=0)
    sign_in(client, cast.agent, slot=1)
    response = client.post("/u/0/signout/")
    assert response["Location"] == "/u/0/signin/"
    assert client.get("/u/0/who/").status_code == HTTPStatus.FOUND
    assert client.get("/u/1/who/").content.startswith(b"ada@")


def test_a_path_without_a_slot_has_no_session(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    response = client.get("/who/?x=1")
    assert response["Location"] == "/go/who/?x=1"


def test_somebody_signed_out_is_led_to_sign_in_and_back(cast: Cast, client: Client) -> None:
    response = client.get("/u/3/who/?x=1")
    assert response["Location"] == "/u/3/signin/?next=%2Fu%2F3%2Fwho%2F%3Fx%3D1"
    fragment = client.get("/u/3/who/", headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == "/u/3/signin/"


def test_what_a_view_that_failed_put_into_the_session_is_not_kept(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    sign_in(client, cast.owner)
    assert client.get("/u/0/fail/").status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "half" not in Session.objects.get(identity=cast.owner).data
    assert client.get("/u/0/who/").status_code == HTTPStatus.OK


def test_a_suspended_identity_is_out_with_its_next_request(cast: Cast, client: Client) -> None:
    """W13."""
    sign_in(client, cast.colleague)
    actions.suspend_identity(actor=cast.owner, identity=cast.colleague, now=utc_now())
    assert client.get("/u/0/who/").status_code == HTTPStatus.FOUND
    assert not Session.objects.filter(identity=cast.colleague).exists()


def test_a_session_that_outlived_a_suspension_holds_nobody(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    Identity.objects.filter(pk=cast.colleague.pk).update(suspended_at=utc_now())
    assert client.get("/u/0/who/").status_code == HTTPStatus.FOUND


def test_a_new_password_ends_the_sessions_of_the_old_one(cast: Cast, client: Client) -> None:
    sign_in(client, cast.colleague)
    actions.change_password(identity=cast.colleague, password="another horse battery", now=utc_now())
    assert client.get("/u/0/who/").status_code == HTTPStatus.FOUND


def test_an_expired_session_holds_nobody(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    Session.objects.update(expires_at=utc_now() - timedelta(seconds=1))
    assert client.get("/u/0/who/").status_code == HTTPStatus.FOUND
    SessionStore.clear_expired()
    assert not Session.objects.exists()


def test_only_the_hash_of_a_key_is_in_the_database(cast: Cast, client: Client) -> None:
    sign_in(client, cast.owner)
    key = client.cookies[cookie_name(0)].value
    assert key
    assert not Session.objects.filter(key_hash=key).exists()


def test_the_people_of_a_browser_are_read_in_one_query(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for slot, identity in enumerate((cast.owner, cast.agent, cast.outsider)):
        sign_in(client, identity, slot=slot)
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.COOKIES[cookie_name(7)] = "made-up"
    with django_assert_num_queries(1):
        found = identities_in_browser(request)
    assert {slot: identity.pk for slot, identity in found.items()} == {
        0: cast.owner.pk,
        1: cast.agent.pk,
        2: cast.outsider.pk,
    }
    assert free_slot(request) == 3


def test_a_browser_without_cookies_costs_no_query(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert identities_in_browser(RequestFactory().get("/")) == {}


def test_somebody_deleted_while_signed_in_is_nobody(cast: Cast, client: Client) -> None:
    gone = make_identity(cast.partner, name="Gina Gone")
    sign_in(client, gone)
    actions.delete_identity(actor=TESTS, identity=gone, now=utc_now())
    response = client.get("/u/0/who/")
    assert response.status_code == HTTPStatus.FOUND
    assert isinstance(response.wsgi_request.user, AnonymousUser)


def test_a_page_in_a_slot_is_never_kept_by_a_cache_that_many_share(cast: Cast, client: Client) -> None:
    """Caches in front of the portal may pass over Vary; outside the slots nobody's data is shown."""
    sign_in(client, cast.owner)
    assert client.get("/u/0/settings/")["Cache-Control"] == "private"
    assert client.get("/u/0/nowhere/")["Cache-Control"] == "private"
    assert "private" in client.get("/u/0/settings/tokens/")["Cache-Control"]
