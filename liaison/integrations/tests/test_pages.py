"""The pages of Account and users: integrations, keys and brands, as their readers use them."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.contacts.models import ContactRecord
from liaison.integrations.models import Brand, IntakeKey, Integration, Status
from liaison.integrations.testing import make_integration, make_key, make_launched
from liaison.lib.clock import utc_now

pytestmark = pytest.mark.django_db
OWN = "/u/0/account/integrations/"


@pytest.fixture
def cast() -> Cast:
    """The partner's contact information is complete, so that its gate is open."""
    cast = make_cast()
    ContactRecord.objects.update_or_create(account=cast.partner, defaults={"first_completed_at": utc_now()})
    return cast


def browser(identity: Identity) -> Client:
    return sign_in(Client(), identity)


def test_signed_out_people_are_led_to_sign_in(cast: Cast) -> None:
    for path in (OWN, "/u/0/account/brands/"):
        assert Client().get(path).status_code == HTTPStatus.FOUND


def test_the_page_shows_stage_and_status_in_the_readers_language(cast: Cast) -> None:
    make_launched(cast.partner)
    page = browser(cast.reader).get(OWN)
    assert page.status_code == HTTPStatus.OK
    assert "Reservations End-to-End" in page.text
    assert "Launched" in page.text
    assert "Pause for maintenance" not in page.text
    cast.reader.language = "ko"
    cast.reader.save(update_fields=["language"])
    assert "예약 엔드 투 엔드" in browser(cast.reader).get(OWN).text


def test_pausing_a_disabled_integration_says_why_not(cast: Cast) -> None:
    """W9."""
    integration = make_launched(cast.partner, status=Status.DISABLED)
    client = browser(cast.owner)
    answer = client.post(f"/u/0/integrations/{integration.public_id}/pause/")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "A disabled integration cannot be paused." in answer.text


def test_pausing_is_open_while_the_gate_is_closed(cast: Cast) -> None:
    """C3: never locked."""
    ContactRecord.objects.all().delete()
    integration = make_launched(cast.partner)
    client = browser(cast.owner)
    assert client.get(OWN).status_code == HTTPStatus.OK
    client.post(f"/u/0/integrations/{integration.public_id}/pause/")
    integration.refresh_from_db()
    assert integration.status == Status.PAUSED


@pytest.mark.parametrize(
    "path",
    ["integrations/{0}/pause/", "integrations/{0}/resume/", "integrations/{0}/keys/", "integrations/{0}/restore/"],
)
def test_another_accounts_integration_is_as_if_it_were_not_there(cast: Cast, path: str) -> None:
    """Invariant 6."""
    integration = make_launched(cast.partner)
    client = browser(cast.outsider)
    for public_id in (integration.public_id, "nothing"):
        assert client.post("/u/0/" + path.format(public_id)).status_code == HTTPStatus.NOT_FOUND


def test_a_reader_cannot_pause(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    answer = browser(cast.reader).post(f"/u/0/integrations/{integration.public_id}/pause/")
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_staff_see_the_integrations_of_an_account_and_disable_after_a_question(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    client = browser(cast.administrator)
    page = client.get(f"/u/0/accounts/{cast.partner.slug}/integrations/")
    assert "Disable" in page.text
    assert "Add an integration" in page.text
    path = f"/u/0/integrations/{integration.public_id}/disable/"
    assert "told at once" in client.get(path).text
    assert client.post(path).status_code == HTTPStatus.UNPROCESSABLE_ENTITY  # it is asked why
    client.post(path, {"reason": "Every booking fails."})
    integration.refresh_from_db()
    assert integration.status == Status.DISABLED
    assert "Every booking fails." in browser(cast.owner).get(OWN).text
    client.post(f"/u/0/integrations/{integration.public_id}/restore/")
    integration.refresh_from_db()
    assert integration.status == Status.LIVE


def test_staff_add_an_integration(cast: Cast) -> None:
    client = browser(cast.administrator)
    path = f"/u/0/accounts/{cast.partner.slug}/integrations/new/"
    client.post(path, {"kind": "things_to_do", "stage": "integrating"})
    assert Integration.objects.get().kind == "things_to_do"
    assert client.post(path, {"kind": "taxi", "stage": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_partner_manager_launches_but_does_not_disable(cast: Cast) -> None:
    """W2. Whether contact information objects is asked in its own room."""
    page = browser(cast.manager)
    integration = make_integration(cast.partner)
    text = page.get(f"/u/0/accounts/{cast.partner.slug}/integrations/").text
    assert "Launch" in text
    assert page.get(f"/u/0/integrations/{integration.public_id}/disable/").status_code == HTTPStatus.FORBIDDEN


def test_a_key_is_shown_once_and_revoked_after_a_question(cast: Cast) -> None:
    integration = make_integration(cast.partner)
    client = browser(cast.owner)
    path = f"/u/0/integrations/{integration.public_id}/keys/"
    page = client.post(path, {"name": "Prometheus", "environment": "production"})
    assert "lk_" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert "lk_" not in client.get(path).text
    key = IntakeKey.objects.get()
    revoke = f"/u/0/intake-keys/{key.public_id}/revoke/"
    assert "This cannot be undone" in client.get(revoke).text
    client.post(revoke)
    key.refresh_from_db()
    assert key.revoked_at
    assert browser(cast.outsider).get(revoke).status_code == HTTPStatus.NOT_FOUND


def test_an_editor_sees_keys_and_makes_none(cast: Cast) -> None:
    integration = make_integration(cast.partner)
    make_key(integration)
    client = browser(cast.colleague)
    path = f"/u/0/integrations/{integration.public_id}/keys/"
    page = client.get(path)
    assert page.status_code == HTTPStatus.OK
    assert "Make a key" not in page.text.replace("Make a key for", "")
    assert client.post(path, {"name": "x", "environment": "sandbox"}).status_code == HTTPStatus.FORBIDDEN


def test_a_key_form_keeps_what_was_typed(cast: Cast) -> None:
    path = f"/u/0/integrations/{make_integration(cast.partner).public_id}/keys/"
    page = browser(cast.owner).post(path, {"name": "a\u2028b", "environment": "production"})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not IntakeKey.objects.exists()


def test_brands_are_added_renamed_and_deleted(cast: Cast) -> None:
    client = browser(cast.colleague)
    path = "/u/0/account/brands/"
    client.post(path, {"name": "Trattoria", "slug": "trattoria"})
    client.post(path, {"name": "Osteria", "slug": "osteria"})
    taken = client.post(path, {"name": "Third one", "slug": "osteria"})
    assert taken.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Third one" in taken.text
    default, other = Brand.objects.order_by("pk")
    client.post(f"/u/0/account/brands/{default.public_id}/rename/", {"name": "맛집"})
    client.post(f"/u/0/account/brands/{other.public_id}/delete/")
    assert list(Brand.objects.values_list("name", flat=True)) == ["맛집"]
    answer = client.post(f"/u/0/account/brands/{default.public_id}/delete/", follow=True)
    assert "The default brand cannot be deleted." in answer.text


def test_the_list_asks_the_database_as_often_for_four_integrations_as_for_one(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(cast.owner)
    make_launched(cast.partner)
    client.get(OWN)  # the first page also saves the session's CSRF token
    counts = []
    for kind in ("", "things_to_do", "ordering_end_to_end", "reservations_waitlist"):
        if kind:
            make_launched(cast.partner, kind)
        with django_assert_max_num_queries(50) as captured:
            client.get(OWN)
        counts.append(len(captured))
    assert len(set(counts)) == 1


def test_a_pause_past_its_end_is_said(cast: Cast) -> None:
    integration = make_launched(cast.partner, status=Status.PAUSED)
    Integration.objects.filter(pk=integration.pk).update(paused_until=utc_now() - timedelta(minutes=1))
    page: Any = browser(cast.reader).get(OWN)
    assert "The planned end of the pause has passed." in page.text


def test_the_home_page_shows_each_status_and_what_should_be_done(cast: Cast) -> None:
    """S5: past the planned end of a pause, somebody is reminded."""
    integration = make_launched(cast.partner)
    home = browser(cast.owner).get("/u/0/").text
    assert "Reservations End-to-End" in home
    assert "Live" in home
    assert "The planned end of the pause has passed." not in home
    Integration.objects.filter(pk=integration.pk).update(
        status=Status.PAUSED, paused_until=utc_now() - timedelta(minutes=1)
    )
    assert "The planned end of the pause has passed." in browser(cast.owner).get("/u/0/").text
    assert "Reservations End-to-End" not in browser(cast.outsider).get("/u/0/").text


def test_the_home_page_says_what_the_operator_disabled(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    Integration.objects.filter(pk=integration.pk).update(status=Status.DISABLED)
    assert "The operator disabled this integration." in browser(cast.reader).get("/u/0/").text
