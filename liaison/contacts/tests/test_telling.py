"""Whoever is named is told, once, and can decline; whoever is not named any more learns of it (C7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from liaison.accounts import actions as accounts
from liaison.accounts import links
from liaison.accounts.models import Identity, MailboxChange
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_partner
from liaison.accounts.tests.mails import Mail, mails
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import actions
from liaison.contacts.actions import telling
from liaison.contacts.models import ContactEntry, ContactRecord, ContactRequest
from liaison.contacts.requests import MOST_A_DAY, code_of, link_of
from liaison.contacts.retention import erase_old_requests
from liaison.contacts.testing import address_row, complete_record, make_integration, put_in_state
from liaison.contacts.vocabulary import Purpose, Verification
from liaison.lib.clock import utc_now

PAGER = "emergency@bistro.test"


@pytest.fixture
def now() -> datetime:
    """The moment itself, for a mail is looked at again when it is sent."""
    return utc_now()


def _named() -> dict[str, Mail]:
    found = mails("contact_named")
    assert len({mail.to for mail in found}) == len(found), "nobody is told twice"
    return {mail.to: mail for mail in found}


def test_everybody_named_gets_one_mail_that_names_all_fields(owner: Identity, now: datetime) -> None:
    """C7: once per person and account, not per field; also the shared alias, and identities."""
    rows = [address_row(PAGER, language="en")]
    complete_record(
        owner,
        now,
        tells=True,
        technical_emergency_contacts=rows,
        technical_non_emergency_contacts=rows,
        operator_contacts=rows,
    )
    told = _named()
    assert set(told) == {owner.mailbox, PAGER, "merchants@bistro.test", "help@bistro.test"}
    mail = told[PAGER]
    for label in ("Technical emergency contacts", "Technical non-emergency contacts", "Operational contact (for"):
        assert label in mail.text, label
    assert "Merchant" not in mail.text
    assert mail.content.is_confidential
    request = ContactRequest.objects.get(mailbox=PAGER)
    for purpose in Purpose:
        assert link_of(purpose, request) in mail.text
        assert link_of(purpose, request) in mail.html
    assert code_of(request) in mail.text
    assert "Olga Owner" in mail.text


def test_the_mail_speaks_the_language_of_the_entry(owner: Identity, now: datetime) -> None:
    """The entry's own, else the account's (C2b)."""
    complete_record(owner, now, tells=True, operator_contacts=[address_row("a@bistro.test", language="pl")])
    told = _named()
    assert told["a@bistro.test"].language == "pl"
    assert told[PAGER].language == "ko"
    assert told[owner.mailbox].language == "en"


def test_a_proved_mailbox_counts_as_verified_at_once_and_is_still_told(owner: Identity, now: datetime) -> None:
    complete_record(owner, now, tells=True)
    entry = ContactEntry.objects.get(identity=owner)
    assert (entry.verification, entry.verified_because) == (Verification.VERIFIED, "mailbox")
    mail = _named()[owner.mailbox]
    request = ContactRequest.objects.get(identity=owner)
    assert link_of(Purpose.DECLINE, request) in mail.text
    assert link_of(Purpose.VERIFY, request) not in mail.text


def test_saving_again_tells_only_who_is_new(owner: Identity, now: datetime) -> None:
    complete_record(owner, now, tells=True)
    before = set(_named())
    later = now + timedelta(hours=2)
    rows = [address_row(PAGER), address_row("new@bistro.test")]
    complete_record(owner, later, tells=True, technical_emergency_contacts=rows)
    assert set(_named()) - before == {"new@bistro.test"}


def test_another_field_of_somebody_who_was_told_stands_as_they_do(owner: Identity, now: datetime) -> None:
    complete_record(owner, now, tells=True)
    put_in_state(PAGER, Verification.VERIFIED, now, because="code")
    count = len(mails("contact_named"))
    complete_record(owner, now, tells=True, operator_contacts=[address_row(PAGER.title())])
    assert len(mails("contact_named")) == count
    entry = ContactEntry.objects.get(field=ContactField.OPERATOR)
    assert (entry.verification, entry.verified_because) == (Verification.VERIFIED, "code")
    assert entry.told_at is not None


def test_old_and_new_address_learn_of_a_change(owner: Identity, now: datetime) -> None:
    """C7. The old one is not told the new one, which may be somebody's own."""
    complete_record(owner, now, tells=True, technical_emergency_contacts=[address_row(PAGER, language="en")])
    old = ContactRequest.objects.get(mailbox=PAGER)
    complete_record(owner, now, tells=True, technical_emergency_contacts=[address_row("night@bistro.test")])
    assert "night@bistro.test" in _named()
    removed = {mail.to: mail for mail in mails("contact_removed")}
    assert set(removed) == {PAGER}
    assert removed[PAGER].may_still_be_sent
    assert "Technical emergency contacts" in removed[PAGER].text
    assert "night@bistro.test" not in removed[PAGER].text
    old.refresh_from_db()
    assert old.closed_at == now
    assert not next(mail for mail in mails("contact_named") if mail.to == PAGER).may_still_be_sent


def test_the_old_and_the_new_shared_alias_learn_of_a_change(owner: Identity, now: datetime) -> None:
    complete_record(owner, now, tells=True)
    complete_record(owner, now, tells=True, shared_contact=[{"brand": "", "address": "new@bistro.test"}])
    assert "new@bistro.test" in _named()
    assert [mail.to for mail in mails("contact_removed")] == ["help@bistro.test"]


@pytest.mark.parametrize("state", [Verification.DECLINED, Verification.UNREACHABLE])
def test_whoever_is_lost_is_told_nothing_of_it(owner: Identity, now: datetime, state: Verification) -> None:
    complete_record(owner, now, tells=True)
    put_in_state(PAGER, state)
    complete_record(owner, now, tells=True, technical_emergency_contacts=[address_row("night@bistro.test")])
    assert not mails("contact_removed")


def test_an_identity_without_a_mailbox_is_told_when_it_has_one(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """D10: not everybody has a mailbox. Nothing is lost; the ticker looks again."""
    mailbox = colleague.mailbox
    colleague.mailbox, colleague.mailbox_verified_at = "", None
    colleague.save(update_fields=["mailbox", "mailbox_verified_at"])
    seen = complete_record(owner, now, tells=True)
    ContactEntry.objects.create(record=seen, field=ContactField.EMERGENCY, position=5, identity=colleague)
    assert actions.tell_the_untold(now=now) == 0
    colleague.mailbox = mailbox
    colleague.save(update_fields=["mailbox"])
    assert actions.tell_the_untold(now=now) == 1
    assert mailbox in _named()
    assert actions.tell_the_untold(now=now) == 0


def test_a_flood_of_names_is_told_in_portions(owner: Identity, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody uses the portal to flood strangers; nobody is forgotten either."""
    monkeypatch.setattr(telling, "MOST_AN_HOUR", 3)
    rows = [address_row(f"{number}@bistro.test") for number in range(4)]
    complete_record(owner, now, tells=True, technical_emergency_contacts=rows)
    assert len(mails("contact_named")) == 3
    assert actions.tell_the_untold(now=now + timedelta(minutes=59)) == 0
    later = now + timedelta(minutes=61)
    while actions.tell_the_untold(now=later):
        later += timedelta(minutes=61)
    assert not ContactEntry.objects.filter(told_at=None).exists()
    assert len(_named()) == 9


def test_nobody_is_flooded_by_being_named_again_and_again(owner: Identity, now: datetime) -> None:
    """A stranger's mailbox gets no more mails, and its codes no more tries, than by asking for them by hand."""
    victim = "stranger@elsewhere.test"
    for _ in range(8):
        for rows in ([address_row(victim)], [address_row(PAGER)]):
            complete_record(owner, now, tells=True, technical_emergency_contacts=rows)
    assert [mail.to for mail in mails("contact_named")].count(victim) == MOST_A_DAY
    complete_record(owner, now, tells=True, technical_emergency_contacts=[address_row(victim)])
    assert actions.tell_the_untold(now=now + timedelta(hours=23)) == 0
    actions.tell_the_untold(now=now + timedelta(hours=25))
    assert [mail.to for mail in mails("contact_named")].count(victim) == MOST_A_DAY + 1


def test_an_account_that_breaks_keeps_nobody_elses_people_from_being_told(
    owner: Identity, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete_record(owner, now)
    other = make_partner("grill")
    make_integration(other)
    complete_record(make_identity(other, PredefinedRole.ADMINISTRATOR, "Gina Grill"), now)
    ContactEntry.objects.update(told_at=None)
    whole = telling.send_request

    def breaks(current: ContactRecord, *args: Any, **facts: Any) -> ContactRequest:
        if current.account_id == owner.account.pk:
            raise RuntimeError
        return whole(current, *args, **facts)

    monkeypatch.setattr(telling, "send_request", breaks)
    assert actions.tell_the_untold(now=now) > 0
    told = ContactEntry.objects.exclude(told_at=None).values_list("record__account", flat=True)
    assert set(told) == {other.pk}


def test_the_address_of_somebody_who_is_gone_for_long_is_erased(owner: Identity, now: datetime) -> None:
    """Whoever is still named keeps the last mail: by it they learn of their departure."""
    complete_record(owner, now, tells=True)
    other = [address_row("other@bistro.test")]
    complete_record(owner, now, tells=True, technical_emergency_contacts=other)
    years = timedelta(days=settings.DELIVERY_PEOPLE_DAYS)
    assert erase_old_requests(now + years) == 0
    assert erase_old_requests(now + years + timedelta(days=1)) == 1
    assert not ContactRequest.objects.filter(mailbox=PAGER).exists()
    assert ContactRequest.objects.filter(mailbox="other@bistro.test").exists()


def test_a_new_mailbox_of_an_identity_mends_its_entries(owner: Identity, now: datetime) -> None:
    """C7: the address is mended, so the entry is verified again; who declined has not changed their mind."""
    complete_record(owner, now)
    put_in_state(owner.mailbox, Verification.UNREACHABLE)
    accounts.change_mailbox(actor=owner, address="olga.two@bistro.test", now=now)
    accounts.confirm_mailbox(token=links.proof_token(MailboxChange.objects.get()), now=now)
    entry = ContactEntry.objects.get(identity=owner)
    assert (entry.verification, entry.verified_because) == (Verification.VERIFIED, "mailbox")


def test_history_holds_ids_and_no_address(owner: Identity, now: datetime) -> None:
    complete_record(owner, now, tells=True)
    events = Event.objects.filter(kind=Happened.CONTACT_TOLD)
    assert events.count() == 6
    assert not [event for event in events if "@" in str(event.facts)]
