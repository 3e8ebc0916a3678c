"""Invariant 2 and W13: a recipient gets a message only with the rights it has at the moment of sending."""

from __future__ import annotations

from datetime import datetime

import pytest

from liaison.accounts.models import Identity
from liaison.accounts.testing import make_identity, make_partner
from liaison.catalog.vocabulary import Topic
from liaison.notifications.actions import announce
from liaison.notifications.models import Announcement, Delivery, Message
from liaison.notifications.testing import MailServer, about, person
from liaison.notifications.worker import deliver_batch

NOTICE = Topic.TECHNICAL_NOTICE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


@pytest.fixture
def anna() -> Identity:
    return make_identity(make_partner(), name="Anna Rossi", mailbox="team@bistro.test")


@pytest.fixture
def boris() -> Identity:
    return make_identity(make_partner("trattoria"), name="Boris Nowak", mailbox="team@bistro.test", language="pl")


def reader(identity: Identity) -> dict[str, object]:
    return person(
        identity.mailbox,
        key=f"identity:{identity.pk}",
        name=identity.name,
        identity_id=identity.pk,
        language=identity.language or "en",
    )


def change_facts(**facts: object) -> None:
    announcement = Announcement.objects.get(topics=[NOTICE])
    announcement.facts.update(facts)
    announcement.save()


def ended() -> tuple[str, str, str]:
    delivery = Delivery.objects.get(announcement__topics=[NOTICE])
    return delivery.state, delivery.state_reason, Message.objects.get(deliveries=delivery).state


def test_who_was_suspended_meanwhile_gets_nothing(now: datetime, anna: Identity, mail_server: MailServer) -> None:
    announce((NOTICE,), about(everyone=[reader(anna)]), now=now)
    Identity.objects.filter(pk=anna.pk).update(suspended_at=now)
    deliver_batch(now)
    assert ended() == ("cancelled", "suspended", "cancelled")
    assert mail_server.dots == []


def test_who_was_deleted_meanwhile_gets_nothing(now: datetime, anna: Identity, mail_server: MailServer) -> None:
    announce((NOTICE,), about(everyone=[reader(anna)]), now=now)
    Identity.objects.filter(pk=anna.pk).delete()
    deliver_batch(now)
    assert ended() == ("cancelled", "suspended", "cancelled")
    assert mail_server.dots == []


def test_who_lost_the_right_meanwhile_gets_nothing(now: datetime, anna: Identity, mail_server: MailServer) -> None:
    announce((NOTICE,), about(everyone=[reader(anna)]), now=now)
    change_facts(forbidden=[f"identity:{anna.pk}"])
    deliver_batch(now)
    assert ended() == ("cancelled", "no_longer_allowed", "cancelled")
    assert mail_server.dots == []


def test_what_is_over_is_not_sent(now: datetime, mail_server: MailServer) -> None:
    announce((NOTICE,), about(everyone=[person("a@p.test")]), now=now)
    change_facts(irrelevant=True)
    deliver_batch(now)
    assert ended() == ("cancelled", "no_longer_relevant", "cancelled")
    assert mail_server.dots == []


def test_one_mailbox_of_two_identities_gets_one_mail_and_the_second_stands_in_for_the_first(
    now: datetime, anna: Identity, boris: Identity, mail_server: MailServer
) -> None:
    """D1: one mailbox may serve several identities; the suspension of one must not silence the other."""
    announce((NOTICE,), about(everyone=[reader(anna), reader(boris)]), now=now)
    Identity.objects.filter(pk=anna.pk).update(suspended_at=now)
    deliver_batch(now)
    (received,) = mail_server.accepted
    assert "Boris Nowak" in str(received.mail["To"])
    assert str(received.mail["Content-Language"]) == "pl"
    delivery = Delivery.objects.get(announcement__topics=[NOTICE])
    assert (delivery.identity_id, delivery.recipient_key) == (boris.pk, f"identity:{boris.pk}")


def test_only_the_topics_that_may_still_be_read_are_in_the_message(now: datetime, mail_server: MailServer) -> None:
    announce((NOTICE,), about(everyone=[person("a@p.test")]), now=now)
    deliver_batch(now)
    assert "Technical notice" in mail_server.accepted[0].body("plain")
