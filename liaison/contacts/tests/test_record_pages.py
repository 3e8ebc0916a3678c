from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, sign_in
from liaison.contacts.models import ContactDraft, ContactEntry, ContactRecord
from liaison.contacts.testing import address_row, complete_form, complete_record, hours_row, user_row
from liaison.contacts.tests.posting import form_post
from liaison.integrations.models import Brand
from liaison.lib.clock import utc_now

RECORD = "/u/0/contact-information/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def portal(owner: Identity, client: Client, now: datetime) -> Client:
    """The owner, in an account whose record is complete (version 1)."""
    complete_record(owner, now)
    return sign_in(client, owner)


def test_it_shows_the_record_with_requirement_purpose_and_audience_of_each_field(portal: Client) -> None:
    """C2, C6."""
    page = portal.get(RECORD).content.decode()
    assert page.count('<fieldset class="contact-field"') == 7
    assert 'value="emergency@bistro.test"' in page
    assert "Only Example Platform sees this. It is never shown to end users." in page
    assert "End users see this." in page
    assert "Last confirmed." in page
    assert 'name="seen_version" value="1"' in page


def test_rows_are_added_moved_and_removed_without_scripts(portal: Client, owner: Identity) -> None:
    """Each press saves the draft and comes back to the row."""
    form = complete_form(owner)
    response = portal.post(RECORD, form_post(form, "add", "technical_emergency_contacts", seen=1))
    assert response.headers["Location"] == f"{RECORD}#technical_emergency_contacts-1"
    draft = ContactDraft.objects.get()
    draft.data["technical_emergency_contacts"][1]["address"] = "second@bistro.test"
    portal.post(RECORD, form_post(draft.data, "up", "technical_emergency_contacts.1", seen=1, draft=1))
    rows = ContactDraft.objects.get().data["technical_emergency_contacts"]
    assert [row["address"] for row in rows] == ["second@bistro.test", "emergency@bistro.test"]
    data = ContactDraft.objects.get().data
    portal.post(RECORD, form_post(data, "remove", "technical_emergency_contacts.0", seen=1, draft=2))
    rows = ContactDraft.objects.get().data["technical_emergency_contacts"]
    assert [row["address"] for row in rows] == ["emergency@bistro.test"]
    assert ContactRecord.objects.get().version == 1


def test_pressing_enter_saves_a_draft_and_never_removes_a_row(portal: Client) -> None:
    page = portal.get(RECORD).content.decode()
    form = page[page.index('<form id="contact-form"') :]
    first = re.search(r'<button[^>]*name="(\w+)"', form)
    assert first is not None
    assert first[1] == "save_draft"


def test_htmx_gets_only_the_field_that_changed_and_after_typing_only_the_state_of_the_draft(
    portal: Client, owner: Identity
) -> None:
    form = complete_form(owner)
    response = portal.post(RECORD, form_post(form, "autosave", seen=1), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.strip().startswith('<div id="draft-status"')
    assert 'name="draft_revision" value="1"' in page
    assert f"By: {owner.name}" in page
    response = portal.post(RECORD, form_post(form, "add", "support_hours", seen=1, draft=1), headers=HTMX)
    page = response.content.decode()
    assert response["HX-Retarget"] == "#field-support_hours"
    assert 'id="support_hours-1"' in page
    assert "alert_contacts" not in page, "what is typed in another field meanwhile must stay"
    assert re.search(r'id="draft-status"[^>]*hx-swap-oob="true"', page)
    assert 'name="draft_revision" value="2"' in page


def test_choosing_a_user_takes_the_address_out_of_the_row(portal: Client, owner: Identity) -> None:
    row = address_row("old@bistro.test") | {"identity": owner.public_id}
    form = complete_form(owner, operator_contacts=[row])
    portal.post(RECORD, form_post(form, "picked", "operator_contacts.0", seen=1), headers=HTMX)
    assert ContactDraft.objects.get().data["operator_contacts"] == [user_row(owner)]


def test_a_known_pager_domain_only_suggests_the_mark(portal: Client, owner: Identity) -> None:
    """C2: the mark is the partner's, never required."""
    rows = [address_row("team@bistro.pagerduty.com")]
    form = complete_form(owner, technical_emergency_contacts=rows)
    page = portal.post(RECORD, form_post(form, "save_draft", seen=1), headers=HTMX).content.decode()
    assert "This looks like an address that pages somebody." in page
    portal.post(RECORD, form_post(form, "submit", seen=1, draft=1))
    assert not ContactEntry.objects.get(address="team@bistro.pagerduty.com").pages_somebody


def test_hours_past_midnight_are_said_to_end_on_the_next_day(portal: Client, owner: Identity) -> None:
    form = complete_form(owner, support_hours=[hours_row(start="22:00", end="06:00"), hours_row(end="24:00")])
    page = portal.post(RECORD, form_post(form, "save_draft", seen=1), headers=HTMX).content.decode()
    assert page.count("These hours end on the next day.") == 1


def test_the_second_editor_sees_who_saved_what_and_chooses(
    portal: Client, owner: Identity, colleague: Identity
) -> None:
    """Two users at once: nothing is overwritten silently, nothing typed is lost."""
    other = sign_in(Client(), colleague)
    theirs = complete_form(owner, operator_contacts=[address_row("theirs@bistro.test")])
    mine = complete_form(owner, operator_contacts=[address_row("mine@bistro.test")])
    other.post(RECORD, form_post(theirs, "submit", seen=1))

    response = portal.post(RECORD, form_post(mine, "submit", seen=1))
    page = response.content.decode()
    assert response.status_code == 409
    assert f"By: {colleague.name}" in page
    assert 'value="mine@bistro.test"' in page
    assert "theirs@bistro.test" in page
    assert page.count('class="contact-difference"') == 1
    assert ContactEntry.objects.get(field="operator_contacts").address == "theirs@bistro.test"

    response = portal.post(RECORD, form_post(mine, "keep_mine", "2", seen=1))
    assert response.status_code == 302
    assert ContactEntry.objects.get(field="operator_contacts").address == "mine@bistro.test"
    assert ContactRecord.objects.get().changed_by == owner


def test_taking_theirs_leaves_the_saved_record_and_drops_what_was_typed(
    portal: Client, owner: Identity, colleague: Identity
) -> None:
    mine = complete_form(owner, operator_contacts=[address_row("mine@bistro.test")])
    portal.post(RECORD, form_post(mine, "save_draft", seen=1))
    portal.post(RECORD, form_post(mine, "take_theirs", seen=1, draft=1))
    assert not ContactDraft.objects.exists()
    assert 'value="mine@bistro.test"' not in portal.get(RECORD).content.decode()


def test_a_second_draft_is_not_written_over_the_first(portal: Client, owner: Identity, colleague: Identity) -> None:
    other = sign_in(Client(), colleague)
    other.post(RECORD, form_post(complete_form(owner), "save_draft", seen=1))
    mine = complete_form(owner, operator_contacts=[address_row("mine@bistro.test")])
    response = portal.post(RECORD, form_post(mine, "autosave", seen=1), headers=HTMX)
    assert response.status_code == 409
    assert f"By: {colleague.name}" in response.content.decode()
    assert 'name="keep_my_draft" value="1"' in response.content.decode()
    response = portal.post(RECORD, form_post(mine, "save_draft", seen=1))
    assert response.status_code == 409
    assert 'value="mine@bistro.test"' in response.content.decode()
    portal.post(RECORD, form_post(mine, "keep_my_draft", "1", seen=1))
    assert ContactDraft.objects.get().saved_by == owner


def test_the_sandbox_view_shows_alert_contacts_read_only_with_the_reason(portal: Client, owner: Identity) -> None:
    """C2b."""
    address = f"{RECORD}?environment=sandbox"
    page = portal.get(address).content.decode()
    assert "Alert contacts can be given in the production environment only." in page
    assert '<input type="hidden" name="alert_contacts.0.identity"' in page
    assert 'value="alert_contacts"' not in page
    form = complete_form(owner, operator_contacts=[address_row("sandbox@bistro.test")])
    assert portal.post(address, form_post(form, "submit", seen=1)).headers["Location"] == address
    assert ContactEntry.objects.get(field="operator_contacts").address == "sandbox@bistro.test"


def test_a_reader_reads_and_an_outsider_finds_nothing(
    portal: Client, reader: Identity, outsider: Identity, owner: Identity
) -> None:
    """W1, invariant 6."""
    page = sign_in(Client(), reader).get(RECORD).content.decode()
    assert "escalations@bistro.test" in page
    assert 'name="submit"' not in page
    stranger = sign_in(Client(), outsider)
    assert stranger.get("/u/0/accounts/bistro/contact-information/").status_code == 404
    assert stranger.get("/u/0/accounts/bistro/contact-information/history/").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (PredefinedRole.SUPPORT_AGENT, 200),
        (PredefinedRole.OPERATOR_ADMINISTRATOR, 200),
        (PredefinedRole.ON_CALL_ENGINEER, 403),
        (PredefinedRole.PARTNER_MANAGER, 404),
    ],
)
def test_staff_see_it_as_their_role_says(portal: Client, role: PredefinedRole, status: int) -> None:
    """W2: engineers do not see contact information; a manager sees only the accounts assigned to it."""
    staff = sign_in(Client(), make_identity(make_operator(), role, "Stefan Staff"))
    response = staff.get("/u/0/accounts/bistro/contact-information/")
    assert response.status_code == status
    assert b'name="submit"' not in response.content


def test_history_says_who_changed_what_and_when(
    portal: Client, owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C6, R: ids in the event, words on the page; a person who is gone is named as such."""
    complete_record(colleague, now, technical_emergency_contacts=[user_row(colleague)])
    complete_record(owner, now, support_hours=[hours_row((6, 7), "22:00", "02:00", "Europe/Rome")])
    page = portal.get("/u/0/contact-information/history/").content.decode()
    assert page.count("Changed the contact information") == 2
    assert "Completed the contact information" in page
    assert colleague.name in page
    assert "Sat, Sun 22:00–02:00 (next day), Rome" in page
    accounts.delete_identity(actor=owner, identity=colleague, now=now)
    page = portal.get("/u/0/contact-information/history/").content.decode()
    assert colleague.name not in page
    assert "A former user" in page


def test_confirming_takes_one_press(portal: Client, owner: Identity) -> None:
    response = portal.post(f"{RECORD}confirmation/", {"seen_version": "1"}, follow=True)
    assert "Contact information confirmed." in response.content.decode()
    response = portal.post(f"{RECORD}confirmation/", {"seen_version": "0"}, follow=True)
    assert "was changed in the meantime" in response.content.decode()


def test_a_draft_is_discarded_only_after_a_question(portal: Client, owner: Identity) -> None:
    portal.post(RECORD, form_post(complete_form(owner), "save_draft", seen=1))
    assert "Discard what was typed" in portal.get(f"{RECORD}draft/discard/").content.decode()
    assert ContactDraft.objects.exists()
    portal.post(f"{RECORD}draft/discard/", {"draft_revision": "1"})
    assert not ContactDraft.objects.exists()


def test_the_page_costs_as_many_queries_with_many_entries_as_with_few(
    portal: Client, owner: Identity, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [address_row(f"person{number}@bistro.test") for number in range(20)]
    complete_record(owner, now, technical_emergency_contacts=rows, operator_contacts=rows)
    with django_assert_max_num_queries(14):
        portal.get(RECORD)


def test_a_brand_without_an_address_of_its_own_is_no_difference_between_two_editors(
    portal: Client, owner: Identity, colleague: Identity
) -> None:
    brand = Brand.objects.create(
        account=owner.account, name="Bistro Express", slug="bistro-express", created_at=utc_now()
    )
    blank = {"brand": brand.public_id, "address": ""}
    theirs = complete_form(owner, operator_contacts=[address_row("theirs@bistro.test")])
    mine = complete_form(owner, operator_contacts=[address_row("mine@bistro.test")])
    mine["shared_contact"] = [*mine["shared_contact"], blank]
    sign_in(Client(), colleague).post(RECORD, form_post(theirs, "submit", seen=1))
    page = portal.post(RECORD, form_post(mine, "submit", seen=1)).content.decode()
    assert page.count('class="contact-difference"') == 1
