"""When the account hears of what is not urgent: its own choice, and what the page says that it means now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, sign_in
from liaison.audit.models import Event
from liaison.calendars.models import DayKind, HolidayOverride
from liaison.contacts import actions, queries
from liaison.contacts.codes import DigestCode
from liaison.contacts.models import ContactRecord
from liaison.contacts.pages import digest
from liaison.contacts.testing import complete_record, hours_row
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid

PAGE = "/u/0/contact-information/digest/"
SATURDAY = datetime(2026, 11, 7, 3, 0, tzinfo=UTC)  # noon in Seoul


@pytest.fixture
def portal(owner: Identity, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Client:
    complete_record(owner, now, support_hours=[hours_row()])
    monkeypatch.setattr(digest, "utc_now", lambda: SATURDAY)
    return sign_in(client, owner)


def test_everything_comes_at_once_at_first(portal: Client, owner: Identity) -> None:
    assert queries.waits_for(owner.account, SATURDAY) is None
    page = portal.get(PAGE).text
    assert "An issue raised now would be sent at once." in page
    assert "With the digest it would be sent at this moment: 9 Nov 2026, 09:00, Seoul." in page
    assert PAGE in portal.get("/u/0/contact-information/").text


def test_the_choice_is_kept_said_and_stands_in_the_history(portal: Client, owner: Identity) -> None:
    response = portal.post(PAGE, {"waits_for_hours": "on", "holiday_region": "KR"}, follow=True)
    assert "An issue raised now would be sent at this moment: 9 Nov 2026, 09:00, Seoul." in response.text
    record = ContactRecord.objects.get()
    assert (record.waits_for_hours, record.holiday_region, record.version) == (True, "KR", 1)
    waits_for = queries.waits_for(owner.account, SATURDAY)
    assert waits_for == queries.open_hours(owner.account, SATURDAY)
    history = portal.get("/u/0/contact-information/history/").text
    assert "Changed when the account hears of what is not urgent" in history
    assert "Public holidays: South Korea" in history


def test_support_hours_do_not_open_on_the_public_holidays_of_the_region(portal: Client, owner: Identity) -> None:
    """Christmas 2026 is a Friday: what comes on Thursday evening waits for Monday."""
    thursday_evening = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
    assert queries.next_opening(owner.account, thursday_evening) == datetime(2026, 12, 25, 0, 0, tzinfo=UTC)
    actions.change_digest(
        actor=owner, account=owner.account, waits_for_hours=True, holiday_region="KR", now=thursday_evening
    )
    assert queries.next_opening(owner.account, thursday_evening) == datetime(2026, 12, 28, 0, 0, tzinfo=UTC)


def test_support_hours_end_early_on_the_half_days_of_the_region(portal: Client, owner: Identity) -> None:
    """At noon in Seoul on a half day until 11:00 nobody is there: it waits for the next morning."""
    HolidayOverride.objects.create(
        region="KR", day=date(2026, 11, 10), kind=DayKind.HALF_DAY, end_minute=660, changed_at=utc_now()
    )
    actions.change_digest(actor=owner, account=owner.account, waits_for_hours=True, holiday_region="KR", now=SATURDAY)
    noon = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
    assert queries.next_opening(owner.account, noon) == datetime(2026, 11, 11, 0, 0, tzinfo=UTC)
    assert queries.next_opening(owner.account, noon - timedelta(hours=2)) is None


def test_what_is_as_it_was_is_no_event(portal: Client) -> None:
    portal.post(PAGE, {"holiday_region": ""})
    assert not Event.objects.filter(kind="contact_information.digest_changed").exists()


def test_an_unknown_region_is_refused(portal: Client, owner: Identity) -> None:
    assert portal.post(PAGE, {"waits_for_hours": "on", "holiday_region": "XX"}).status_code == 422
    with pytest.raises(Invalid) as refused:
        actions.change_digest(
            actor=owner, account=owner.account, waits_for_hours=True, holiday_region="XX", now=utc_now()
        )
    assert [problem.code for problem in refused.value.problems] == [DigestCode.UNKNOWN_REGION]
    assert not ContactRecord.objects.get().waits_for_hours


def test_readers_and_staff_see_it_and_change_nothing(portal: Client, owner: Identity) -> None:
    """W1, W2."""
    reader = sign_in(Client(), make_identity(owner.account, PredefinedRole.READER, "Rita Reader", language="en"))
    assert "An issue raised now would be sent at once." in reader.get(PAGE).text
    assert '<form method="post">' not in reader.get(PAGE).text
    assert reader.post(PAGE, {"waits_for_hours": "on"}).status_code == 403
    agent = sign_in(Client(), make_identity(make_operator(), PredefinedRole.SUPPORT_AGENT, "Ada Agent", language="en"))
    path = f"/u/0/accounts/{owner.account.slug}/contact-information/digest/"
    assert "Support hours of the account" in agent.get(path).text
    assert agent.post(path).status_code == 405
    assert not ContactRecord.objects.get().waits_for_hours
