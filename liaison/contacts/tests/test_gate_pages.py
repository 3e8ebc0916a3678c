from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.contacts.models import ContactDraft, ContactRecord
from liaison.contacts.testing import complete_form, complete_record, make_integration
from liaison.contacts.tests.posting import flat, form_post
from liaison.lib.clock import utc_now

GATE = "/u/0/contact-information/required/"


@pytest.fixture
def portal(owner: Identity, client: Client) -> Client:
    return sign_in(client, owner)


@pytest.mark.parametrize(
    "path", ["/", "/contact-information/", "/contact-information/history/", "/incidents/", "/incidents/nosuchthing/"]
)
def test_every_other_page_leads_to_the_gate_before_anything_is_looked_up(portal: Client, path: str) -> None:
    """C3, W12: a page, a deep link, what exists and what does not: the same answer."""
    response = portal.get(f"/u/0{path}")
    assert (response.status_code, response.headers["Location"]) == (302, GATE)


def test_a_fragment_is_led_there_too(portal: Client) -> None:
    response = portal.get("/u/0/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, GATE)


def test_a_write_behind_the_gate_does_nothing(portal: Client) -> None:
    response = portal.post("/u/0/contact-information/confirmation/", {"seen_version": "0"})
    assert response.headers["Location"] == GATE
    assert not ContactRecord.objects.exists()


@pytest.mark.parametrize("path", ["/users/", "/settings/", "/contact-information/required/?tab=users"])
def test_users_own_settings_and_the_modal_stay_open(portal: Client, path: str) -> None:
    """C3: never locked."""
    assert portal.get(f"/u/0{path}").status_code == 200


def test_the_modal_says_what_it_is_for_and_what_end_users_see(portal: Client) -> None:
    """C3, C4."""
    page = portal.get(GATE).content.decode()
    assert 'role="dialog"' in page
    assert "Before you go on, tell us whom we can reach." in page
    assert "Operational contact (shared with users) · Support hours" in page
    assert "Contact support" in page
    assert "?tab=users" in page
    assert "It is never shown to end users." in page


def test_the_modal_leads_to_no_page_that_it_locks(portal: Client, owner: Identity) -> None:
    """C3: what was sent to an entry is said behind the gate, also once a draft was saved."""
    posted = flat(complete_form(owner)) | {"save_draft": "1"}
    portal.post(GATE, posted)
    assert ContactDraft.objects.exists()
    page = portal.get(GATE).content.decode()
    assert f'value="{owner.public_id}" selected' in page
    assert "/u/0/deliveries/" not in page


def test_an_administrator_invites_from_the_modal_and_a_reader_sees_who_can(
    portal: Client, reader: Identity, owner: Identity
) -> None:
    """C4."""
    assert "Grant portal access" in portal.get(f"{GATE}?tab=users").content.decode()
    page = sign_in(Client(), reader).get(f"{GATE}?tab=users").content.decode()
    assert owner.name in page
    assert "invite_address" not in page


def test_a_reader_sees_the_gate_and_cannot_fill_it_in(reader: Identity, client: Client) -> None:
    """W1."""
    page = sign_in(client, reader).get(GATE).content.decode()
    assert "You cannot fill this in" in page
    assert 'name="submit"' not in page
    assert client.post(GATE, form_post(complete_form(reader), "submit")).status_code == 403
    assert not ContactRecord.objects.exists()


def test_completing_it_unlocks_every_other_session_at_once(
    portal: Client, colleague: Identity, owner: Identity
) -> None:
    """C3: for every user, without a new sign-in."""
    other = sign_in(Client(), colleague)
    assert other.get("/u/0/").headers["Location"] == GATE
    response = portal.post(GATE, form_post(complete_form(owner), "submit"))
    assert (response.status_code, response.headers["Location"]) == (302, "/u/0/")
    assert other.get("/u/0/").status_code == 200
    assert other.get(GATE).headers["Location"] == "/u/0/"
    assert "unlocked now" in portal.get("/u/0/").content.decode()


def test_an_incomplete_form_comes_back_with_everything_typed_and_is_kept_as_a_draft(
    portal: Client, owner: Identity, colleague: Identity
) -> None:
    """C5: nothing typed is lost, at sign-out or between users."""
    form = complete_form(owner, operator_contacts=[], technical_emergency_contacts=[])
    form["shared_contact"][0]["address"] = "not an address"
    response = portal.post(GATE, form_post(form, "submit"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "3 things keep this from being saved." in page
    assert 'href="#shared_contact-0-address"' in page
    assert 'id="shared_contact-0-address-error"' in page
    assert 'value="not an address"' in page
    assert ContactDraft.objects.get().saved_by == owner

    page = sign_in(Client(), colleague).get(GATE).content.decode()
    assert 'value="not an address"' in page
    assert f"By: {owner.name}" in page


def test_the_gate_does_not_stand_for_other_accounts(outsider: Identity, client: Client) -> None:
    portal = sign_in(client, outsider)
    assert portal.get("/u/0/").status_code == 200
    make_integration(outsider.account)
    assert portal.get("/u/0/").headers["Location"] == GATE


def test_a_lapsed_record_shows_a_banner_and_locks_nothing(owner: Identity, client: Client) -> None:
    """C3."""
    complete_record(owner, utc_now(), merchant_issue_contacts=[])
    portal = sign_in(client, owner)
    assert "page-banner" not in portal.get("/u/0/").content.decode()
    make_integration(owner.account, "things_to_do")
    response = portal.get("/u/0/")
    assert response.status_code == 200
    assert "Missing: Operational contact for merchant issues." in response.content.decode()


def test_10000_rows_are_refused_without_a_crash(portal: Client) -> None:
    data = {f"operator_contacts.{row}.address": "a@b.test" for row in range(999)}
    assert portal.post(GATE, data | {"submit": "1"}).status_code == 422
    data = {f"operator_contacts.{row}.address": "a@b.test" for row in range(10_000)}
    assert portal.post(GATE, data).status_code == 400
    assert not ContactDraft.objects.exists()


def test_what_is_typed_is_shown_as_text(portal: Client, owner: Identity) -> None:
    form = flat(complete_form(owner)) | {"operator_contacts.0.name": '"><script>alert(1)</script>', "save_draft": "1"}
    portal.post(GATE, form | {"seen_version": "0", "draft_revision": "0"})
    assert "<script>alert(1)" not in portal.get(GATE).content.decode()
