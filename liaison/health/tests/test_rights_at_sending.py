"""Invariant 2: the rights at the moment of sending count, not those when a message was planned."""

from __future__ import annotations

import pytest

from liaison.accounts.models import Identity
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.models import ContactEntry
from liaison.health.tests.house import House, critical, receive
from liaison.lib.clock import utc_now
from liaison.notifications.claims import claim_due
from liaison.notifications.letters import Standing
from liaison.notifications.models import Delivery
from liaison.notifications.registry import Recipient, Subject, handler_of
from liaison.notifications.together import standings_of

pytestmark = pytest.mark.django_db


def _may_receive(identity: Identity, secret: str) -> bool:
    incident = receive(secret, critical())[0].incident
    recipient = Recipient(f"identity:{identity.pk}", identity.pk, identity.mailbox, identity.name, "en", "UTC", ())
    subject = Subject("incident", str(incident.pk), identity.account.pk, {"event": "opened"})
    return handler_of(Topic.PRODUCTION_ALERT).may_receive(subject, recipient)


def test_who_only_listens_to_the_sandbox_gets_no_alert_of_production(house: House) -> None:
    """R2: they were an alert contact when it was planned, and are none any more."""
    reader = house.cast.reader
    Identity.objects.filter(pk=reader.pk).update(wants_sandbox_mail=True)
    assert not _may_receive(reader, house.key)
    assert _may_receive(reader, house.sandbox_key)


def test_a_contact_of_production_gets_nothing_of_the_sandbox_unless_they_asked(house: House) -> None:
    """Invariant 3."""
    assert _may_receive(house.cast.colleague, house.key)
    assert not _may_receive(house.cast.colleague, house.sandbox_key)


def test_a_message_does_not_go_to_a_mailbox_that_was_given_up_meanwhile(house: House) -> None:
    ContactEntry.objects.filter(field=ContactField.EMERGENCY).delete()
    receive(house.key, critical())
    delivery = Delivery.objects.get(identity_id=house.cast.colleague.pk)
    claims = claim_due(utc_now())
    (message,) = (claim.message for claim in claims if claim.message == delivery.message_id)
    assert isinstance(standings_of(claims)[message], Standing)
    Identity.objects.filter(pk=house.cast.colleague.pk).update(mailbox="new@bistro.test")
    assert standings_of(claims)[message] == "no_longer_allowed"
