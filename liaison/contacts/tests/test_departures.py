from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts import actions, queries
from liaison.contacts.actions.reminders import reminder_subject
from liaison.contacts.codes import ContactCode
from liaison.contacts.gate import gate_state
from liaison.contacts.labels import field_label
from liaison.contacts.launch import object_to_launch
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.state import state_of
from liaison.contacts.testing import address_row, complete_record, put_in_state, user_row
from liaison.contacts.topics import OnboardingReminder
from liaison.contacts.vocabulary import Verification
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict
from liaison.notifications.facts import Withheld
from liaison.notifications.models import Announcement, Delivery
from liaison.notifications.registry import Recipient, Subject
from liaison.web.colours import palette
from liaison.web.pages import render_text

COLOURS = palette("#1f6feb")


def reminders() -> list[str]:
    found = Delivery.objects.filter(announcement__topics=[Topic.ONBOARDING_REMINDER]).order_by("pk")
    return [delivery.recipient_key for delivery in found]


def test_deleting_the_only_alert_contact_is_refused_and_names_the_place(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C6."""
    complete_record(colleague, now)
    with pytest.raises(Conflict) as refused:
        accounts.delete_identity(actor=owner, identity=colleague, now=now)
    assert refused.value.code is ContactCode.ONLY_ALERT_CONTACT
    assert refused.value.facts["place"] == "contact_information"

    complete_record(colleague, now, alert_contacts=[user_row(colleague), user_row(owner)])
    accounts.delete_identity(actor=owner, identity=colleague, now=now)
    assert [person.identity_id for person in queries.people_of_field(owner.account, ContactField.ALERT)] == [owner.pk]


def test_suspension_takes_the_person_out_at_once_and_reminds_the_administrators(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C6: it never locks again; the reminder names what is missing; launches are refused."""
    rows = [address_row("first@bistro.test"), user_row(colleague), address_row("last@bistro.test")]
    complete_record(colleague, now, technical_emergency_contacts=rows)
    accounts.suspend_identity(actor=owner, identity=colleague, now=now)

    assert not ContactEntry.objects.filter(identity=colleague).exists()
    emergency = ContactEntry.objects.filter(field=ContactField.EMERGENCY).order_by("position")
    assert [(entry.position, entry.address) for entry in emergency] == [
        (0, "first@bistro.test"),
        (1, "last@bistro.test"),
    ]
    state = state_of(owner.account.pk)
    assert state.missing == (ContactField.ALERT,)
    assert state.has_lapsed
    assert not gate_state(owner.account).closed
    refusal = object_to_launch(owner.account)
    assert refusal is not None
    assert refusal.facts["missing"] == ["alert_contacts"]
    assert reminders() == [f"identity:{owner.pk}"]
    record = ContactRecord.objects.get()
    assert (record.version, record.changed_by) == (2, owner)
    event = Event.objects.get(kind=Happened.CONTACT_ROLE_LEFT)
    assert event.changes["alert_contacts"] == [[{"identity": colleague.pk}], []]


def test_a_launch_is_refused_until_the_record_is_complete(owner: Identity, now: datetime) -> None:
    """C1."""
    assert object_to_launch(owner.account) is not None
    complete_record(owner, now)
    assert object_to_launch(owner.account) is None


def test_gated_accounts_are_reminded_at_most_once_in_seven_days(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    assert actions.remind_of_onboarding(now=now) == 1
    assert actions.remind_of_onboarding(now=now + timedelta(days=6, hours=23)) == 0
    assert actions.remind_of_onboarding(now=now + timedelta(days=7, seconds=1)) == 1
    assert reminders() == [f"identity:{owner.pk}"] * 2
    complete_record(colleague, now)
    assert actions.remind_of_onboarding(now=now + timedelta(days=30)) == 0


def test_a_reminder_is_not_sent_any_more_once_the_record_is_complete(owner: Identity, now: datetime) -> None:
    """Invariant 2: decided again at the moment of sending."""
    actions.remind_of_onboarding(now=now)
    announcement = Announcement.objects.get()
    subject = Subject(announcement.subject_kind, announcement.subject_id, announcement.account_id)
    recipient = Recipient(f"identity:{owner.pk}", owner.pk, owner.mailbox, owner.name, "it", "Europe/Rome", ())
    handler = OnboardingReminder()
    assert handler.still_relevant(subject)
    assert handler.may_receive(subject, recipient)
    content = handler.render(subject, recipient)
    assert "Alert contacts" in content.context["missing"]
    assert owner.public_id in content.context["address"]
    complete_record(owner, utc_now())  # what it asks at the moment of sending is as of then
    assert not handler.still_relevant(subject)


def test_the_planner_gets_people_with_their_effective_language_and_zone(
    owner: Identity, colleague: Identity, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [
        user_row(owner),
        user_row(colleague, language="it"),
        user_row(colleague) | {"identity": "", "address": "Ops@bistro.test", "name": "Ops", "language": "pl"},
    ]
    complete_record(owner, now, technical_emergency_contacts=rows)
    with django_assert_num_queries(2):
        people = queries.people_of_field(owner.account, ContactField.EMERGENCY)
    assert [(person.key, person.language, person.time_zone) for person in people] == [
        (f"identity:{owner.pk}", "en", "Asia/Seoul"),
        (f"identity:{colleague.pk}", "it", "Europe/Rome"),
        ("address:ops@bistro.test", "pl", "Asia/Seoul"),
    ]
    put_in_state("ops@bistro.test", Verification.UNREACHABLE)
    assert queries.people_of_field(owner.account, ContactField.EMERGENCY)[2].blocked is Withheld.UNREACHABLE
    assert not queries.is_contact(owner.account.pk, [ContactField.EMERGENCY], "address:ops@bistro.test")
    assert queries.is_contact(owner.account.pk, [ContactField.EMERGENCY], f"identity:{owner.pk}")
    assert not queries.is_contact(owner.account.pk, [ContactField.OPERATOR], f"identity:{owner.pk}")


def test_the_state_of_a_record_costs_one_query(
    owner: Identity, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        state = state_of(owner.account.pk)
        assert state.is_gated
        assert state.missing


@pytest.mark.parametrize("language", ["en", "ko", "zh-hans", "it", "pl"])
def test_the_reminder_is_a_mail_that_names_what_is_missing_and_where_to_give_it(
    owner: Identity, now: datetime, language: str
) -> None:
    subject = reminder_subject(owner.account)
    recipient = Recipient(f"identity:{owner.pk}", owner.pk, owner.mailbox, owner.name, language, "Europe/Rome", ())
    with translation.override(language):
        content = OnboardingReminder().render(subject, recipient)
        for ending in ("html", "txt"):
            frame = dict.fromkeys(
                ("operator_name", "logo_url", "portal_url", "support_address", "subject", "is_bare"), ""
            )
            mail = frame | {"language_tag": language, "recipient_name": owner.name, "why": (), "colours": COLOURS}
            body = render_text(f"{content.template}.{ending}", {**content.context, "mail": mail})
            assert field_label(ContactField.EMERGENCY) in body
            assert f"/go/contact-information/?as={owner.public_id}" in body
