"""Test messages: sent to one contact on all ways or on one, and confirmed by their reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.accounts.actions.checks import lock_account
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.vocabulary import Topic
from liaison.drills.access import id_of, require_run
from liaison.drills.answers import note_mailbox
from liaison.drills.models import TestArrival, TestMessage
from liaison.drills.people import Contact, contacts_of
from liaison.drills.topics import subject_of_test
from liaison.drills.vocabulary import DrillCode, SubjectKind
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.notifications.actions import announce
from liaison.notifications.escalation.links import delivery_of, may_still_read
from liaison.notifications.facts import Channel, Withheld
from liaison.notifications.models import Delivery

MOST_TESTS: Final = 5
IN: Final = timedelta(hours=1)


def send_test_message(*, actor: Actor, account: Account, contact: str, way: str = "", now: datetime) -> TestMessage:
    """Send a marked test to a contact of the record: on all ways, by mail alone, or to one endpoint.

    `contact` is the public id of a user or an address. `way` is empty, `email`, or the id of an endpoint. Raises
    Invalid for somebody who does not stand there or a way that they do not have, Conflict for somebody who declined
    and for more than five tests to one contact within an hour.
    """
    with transaction.atomic():
        require_run(actor, account)
        found = _contact(account, contact)
        endpoint, is_mail_only = _way(found, way)
        lock_account(account)
        _limit(account, found.person.key, now)
        test = TestMessage.objects.create(
            account=account,
            person_key=found.person.key,
            name=found.person.name or found.person.address,
            endpoint=endpoint,
            is_mail_only=is_mail_only,
            sent_at=now,
            sent_by_id=id_of(actor),
        )
        record(
            Happened.TEST_MESSAGE_SENT,
            actor=actor.audit_ref,
            subject=test.audit_ref,
            account_id=account.pk,
            facts={"identity": found.person.identity_id, "endpoint": endpoint},
            now=now,
        )
        test.announcement = announce((Topic.DRILL,), subject_of_test(test), now=now)
        test.save(update_fields=["announcement"])
    return test


def confirm_test_message(*, token: str, now: datetime) -> TestArrival:
    """Say "I got it" for the message with this link, once: a mailbox that answers is verified (C7).

    Raises Missing where its reader may not read it any more.
    """
    with transaction.atomic():
        found = tested_by_link(token)
        if found is None:
            raise Missing
        test, delivery = found
        arrival, is_new = TestArrival.objects.get_or_create(delivery=delivery, defaults={"test": test, "at": now})
        if is_new:
            reader = ActorRef(ActorKind.LINK, delivery.public_id)
            record(
                Happened.TEST_MESSAGE_ARRIVED,
                actor=reader,
                subject=test.audit_ref,
                account_id=test.account_id,
                facts={"channel": delivery.channel},
                now=now,
            )
            note_mailbox(delivery, reader, now=now)
    return arrival


def tested_by_link(token: str) -> tuple[TestMessage, Delivery] | None:
    """Return the test that the token's delivery belongs to, and the delivery; None where its reader may not read it."""
    delivery = delivery_of(token)
    if delivery is None or delivery.announcement.subject_kind != SubjectKind.TEST:
        return None
    if not may_still_read(delivery, Topic.DRILL):
        return None
    test = TestMessage.objects.select_related("account").filter(announcement=delivery.announcement_id).first()
    return None if test is None else (test, delivery)


def reference_of(contact: Contact) -> str:
    """Return how a contact is named from outside: the public id of a user, else the address."""
    return contact.person.public_id or contact.person.address


def _contact(account: Account, reference: str) -> Contact:
    found = next((one for one in contacts_of(account) if reference and reference == reference_of(one)), None)
    if found is None:
        raise Invalid((FieldProblem("contact", DrillCode.UNKNOWN_CONTACT),))
    if found.person.blocked is Withheld.DECLINED:
        raise Conflict(DrillCode.HAS_DECLINED)
    return found


def _way(contact: Contact, way: str) -> tuple[str, bool]:
    """Return the endpoint that is meant, empty for none, and whether only mail is."""
    if not way:
        return "", False
    if way == Channel.EMAIL:
        return "", True
    if way not in {one.address for one in contact.person.endpoints}:
        raise Invalid((FieldProblem("way", DrillCode.UNKNOWN_WAY),))
    return way, False


def _limit(account: Account, key: str, now: datetime) -> None:
    lately = TestMessage.objects.filter(account=account, person_key=key, sent_at__gt=now - IN)
    if lately.count() >= MOST_TESTS:
        raise Conflict(DrillCode.TOO_MANY_TESTS, most=MOST_TESTS)
