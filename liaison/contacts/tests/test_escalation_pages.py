"""The account's own pace of escalations: seen by who sees the record, changed by who edits it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, sign_in
from liaison.audit.models import Event
from liaison.contacts.models import ContactRecord
from liaison.contacts.testing import complete_record

PAGE = "/u/0/contact-information/escalation/"


@pytest.fixture
def portal(owner: Identity, client: Client, now: datetime) -> Client:
    complete_record(owner, now)
    return sign_in(client, owner)


def test_it_says_who_is_called_and_shows_the_usual_pace(portal: Client) -> None:
    page = portal.get(PAGE).text
    assert "The technical emergency contacts, one after the other" in page
    assert 'name="minutes" value="5"' in page
    assert 'name="rounds" value="3"' in page
    assert PAGE in portal.get("/u/0/contact-information/").text


def test_a_change_is_kept_and_stands_in_the_history(portal: Client) -> None:
    response = portal.post(PAGE, {"minutes": "15", "rounds": "1"}, follow=True)
    assert "The escalation was changed." in response.text
    record = ContactRecord.objects.get()
    assert (record.escalation_minutes, record.escalation_rounds) == (15, 1)
    assert record.version == 1, "the record's own fields did not change"
    history = portal.get("/u/0/contact-information/history/").text
    assert "Minutes for an answer: 5" in history
    assert "Minutes for an answer: 15" in history


def test_what_is_as_it_was_is_no_event(portal: Client) -> None:
    portal.post(PAGE, {"minutes": "5", "rounds": "3"})
    assert not Event.objects.filter(kind="contact_information.escalation_changed").exists()


@pytest.mark.parametrize("change", [{"minutes": "0", "rounds": "3"}, {"minutes": "5", "rounds": "11"}, {}])
def test_what_is_out_of_range_comes_back_with_the_reason(portal: Client, change: dict[str, str]) -> None:
    response = portal.post(PAGE, change)
    assert response.status_code == 422
    assert "field-error" in response.text
    assert ContactRecord.objects.get().escalation_minutes == 5


def test_readers_and_staff_see_it_and_change_nothing(portal: Client, owner: Identity) -> None:
    """W1, W2."""
    reader = sign_in(Client(), make_identity(owner.account, PredefinedRole.READER, "Rita Reader", language="en"))
    assert "Minutes for an answer" in reader.get(PAGE).text
    assert '<form method="post">' not in reader.get(PAGE).text
    assert reader.post(PAGE, {"minutes": "1", "rounds": "1"}).status_code == 403
    agent = sign_in(Client(), make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent", language="en"))
    path = f"/u/0/accounts/{owner.account.slug}/contact-information/escalation/"
    assert "Minutes for an answer" in agent.get(path).text
    assert agent.post(path).status_code == 405
    assert ContactRecord.objects.get().escalation_minutes == 5
