"""Mail that comes back re-opens the record (C7): the verb that the mail room and the ticker call."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts import actions, queries
from liaison.contacts.gate import gate_state
from liaison.contacts.launch import object_to_launch
from liaison.contacts.models import ContactEntry
from liaison.contacts.standing import answer_of
from liaison.contacts.state import state_of
from liaison.contacts.testing import address_row, complete_record, put_in_state, user_row
from liaison.contacts.vocabulary import UnreachableBecause, Verification
from liaison.notifications.facts import Withheld
from liaison.notifications.models import Announcement, Delivery

PAGER = "emergency@bistro.test"


def _bounce(owner: Identity, address: str, now: datetime) -> int:
    return actions.mark_unreachable(
        account_id=owner.account.pk,
        address=address,
        because=UnreachableBecause.BOUNCED,
        code="5.1.1",
        detail="550 5.1.1 no such user\r\nhere",
        message="<1@portal.test>",
        now=now,
    )


def _reminders() -> list[str]:
    found = Delivery.objects.filter(announcement__topics=[Topic.ONBOARDING_REMINDER]).order_by("pk")
    return [delivery.recipient_key for delivery in found]


def test_a_bounce_marks_the_entry_and_tells_the_administrators_at_once(owner: Identity, now: datetime) -> None:
    """C7, C3: the record counts as lapsed, it never locks again, and launches are refused."""
    complete_record(owner, now)
    before = len(_reminders())
    assert _bounce(owner, PAGER.upper(), now) == 1

    entry = ContactEntry.objects.get(field=ContactField.EMERGENCY)
    assert entry.verification == Verification.UNREACHABLE
    assert (entry.unreachable_at, entry.unreachable_because, entry.unreachable_code) == (now, "bounced", "5.1.1")
    assert entry.unreachable_detail == "550 5.1.1 no such user  here"
    state = state_of(owner.account.pk)
    assert state.missing == (ContactField.EMERGENCY,)
    assert state.has_lapsed
    assert not gate_state(owner.account).closed
    refusal = object_to_launch(owner.account)
    assert refusal is not None
    assert refusal.facts["missing"] == ["technical_emergency_contacts"]
    assert _reminders()[before:] == [f"identity:{owner.pk}"]
    event = Event.objects.get(kind=Happened.CONTACT_UNREACHABLE)
    assert event.facts["fields"] == ["technical_emergency_contacts"]
    assert event.facts["message"] == "<1@portal.test>"
    assert PAGER not in str(event.facts)
    assert queries.people_of_field(owner.account, ContactField.EMERGENCY)[0].blocked is Withheld.UNREACHABLE


def test_the_same_bounce_again_is_no_news(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    assert _bounce(owner, PAGER, now) == 1
    announced = Announcement.objects.count()
    assert _bounce(owner, PAGER, now + timedelta(minutes=1)) == 0
    assert Announcement.objects.count() == announced
    assert ContactEntry.objects.get(field=ContactField.EMERGENCY).unreachable_at == now


def test_every_entry_at_the_mailbox_counts_also_that_of_an_identity(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C7: one mailbox is one mailbox, in whatever field and by whatever name it stands."""
    rows = [address_row(colleague.mailbox), user_row(owner)]
    complete_record(owner, now, alert_contacts=[user_row(colleague)], operator_contacts=rows)
    assert _bounce(owner, colleague.mailbox, now) == 2
    lost = ContactEntry.objects.filter(verification=Verification.UNREACHABLE)
    assert {entry.field for entry in lost} == {"alert_contacts", "operator_contacts"}
    assert state_of(owner.account.pk).missing == (ContactField.ALERT,)  # the other field still has somebody


def test_a_lost_entry_beside_another_one_lapses_nothing_but_is_told(owner: Identity, now: datetime) -> None:
    complete_record(owner, now, technical_emergency_contacts=[address_row(PAGER), address_row("two@bistro.test")])
    before = len(_reminders())
    assert _bounce(owner, PAGER, now) == 1
    assert not state_of(owner.account.pk).missing
    assert len(_reminders()) == before + 1


@pytest.mark.parametrize("address", ["nobody@bistro.test", "", "not an address"])
def test_an_address_outside_the_record_changes_nothing(owner: Identity, now: datetime, address: str) -> None:
    complete_record(owner, now)
    assert _bounce(owner, address, now) == 0
    assert actions.mark_unreachable(account_id=0, address=PAGER, because="bounced", now=now) == 0


def test_whoever_declined_stays_declined(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    put_in_state(PAGER, Verification.DECLINED)
    assert _bounce(owner, PAGER, now) == 0
    assert ContactEntry.objects.get(field=ContactField.EMERGENCY).verification == Verification.DECLINED


def test_an_answered_test_mends_the_entry(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    _bounce(owner, PAGER, now)
    assert actions.mark_reached(account_id=owner.account.pk, address=PAGER, now=now) == 1
    entry = ContactEntry.objects.get(field=ContactField.EMERGENCY)
    assert (entry.verification, entry.verified_because, entry.unreachable_at) == (Verification.VERIFIED, "test", None)
    assert not state_of(owner.account.pk).missing


def test_another_address_mends_the_entry(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    _bounce(owner, PAGER, now)
    complete_record(owner, now, technical_emergency_contacts=[address_row("new@bistro.test")])
    assert ContactEntry.objects.get(field=ContactField.EMERGENCY).verification == Verification.UNVERIFIED
    assert not state_of(owner.account.pk).missing


@pytest.mark.parametrize(
    ("code", "words", "shown"),
    [
        ("5.1.1", "550 5.1.1 unknown user", "550 5.1.1 unknown user"),
        ("550", "5.1.1 unknown user", "550 5.1.1 unknown user"),
        ("5.1.1", "unknown user", "5.1.1 unknown user"),
        ("5.1.1", "", "5.1.1"),
        ("", "", ""),
    ],
)
def test_the_other_servers_answer_names_its_number_once(code: str, words: str, shown: str) -> None:
    assert answer_of(ContactEntry(unreachable_code=code, unreachable_detail=words)) == shown
