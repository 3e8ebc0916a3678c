"""What is erased, and what stays (issue 3, point 1: bytes 90 days, their SHA-256 for good)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction

from liaison.catalog.vocabulary import Topic
from liaison.notifications import retention
from liaison.notifications.actions import announce
from liaison.notifications.models import (
    Announcement,
    Attempt,
    Delivery,
    Escalation,
    LetterForm,
    Message,
    MessageState,
)
from liaison.notifications.testing import about, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]
DAY = timedelta(days=1)


def sent(at: datetime, state: MessageState = MessageState.ACCEPTED) -> Message:
    """Return a message that was sent to an alias and is over, or in the given state."""
    with transaction.atomic():
        announcement = announce((Topic.PRODUCTION_ALERT,), about(everyone=[person("noc@a.test")]), now=at)
    form, _new = LetterForm.objects.get_or_create(sha256="f" * 64, defaults={"data": b"form", "created_at": at})
    delivery = announcement.deliveries.get()
    assert delivery.message is not None
    Message.objects.filter(pk=delivery.message.pk).update(
        state=state,
        finished_at=at if state is MessageState.ACCEPTED else None,
        sent_bytes=b"packed",
        form=form,
        sent_sha256="a" * 64,
        subject_line="The kitchen burns",
    )
    if state is MessageState.ACCEPTED:
        Delivery.objects.filter(pk=delivery.pk).update(state="accepted", finished_at=at)
    Attempt.objects.create(
        message=delivery.message, number=1, started_at=at, outcome="accepted", code=250, detail="noc@a.test queued"
    )
    return Message.objects.get(pk=delivery.message.pk)


def test_old_bytes_go_and_their_hash_stays(now: datetime, settings: LazySettings) -> None:
    old, young = sent(now - 91 * DAY), sent(now - 89 * DAY)
    waiting = sent(now - 91 * DAY, MessageState.PENDING)
    retention.erase_old(now)
    for message in (old, young, waiting):
        message.refresh_from_db()
    assert (old.sent_bytes, old.form, old.sent_sha256) == (None, None, "a" * 64)
    assert old.subject_line == "The kitchen burns"
    assert bytes(young.sent_bytes or b"") == b"packed"
    assert bytes(waiting.sent_bytes or b"") == b"packed"
    assert retention.erase_sent_bytes(now - settings.SENT_BYTES_DAYS * DAY) == 0


def test_a_form_goes_when_no_kept_message_needs_it(now: datetime) -> None:
    sent(now - 91 * DAY)
    young = sent(now - 5 * DAY)
    retention.erase_old(now)
    assert LetterForm.objects.count() == 1
    Message.objects.filter(pk=young.pk).update(created_at=now - 100 * DAY)
    retention.erase_old(now)
    assert LetterForm.objects.count() == 0


def test_people_are_erased_much_later_and_what_happened_stays(now: datetime) -> None:
    message = sent(now - 401 * DAY)
    kept = sent(now - 399 * DAY)
    retention.erase_old(now)
    old, young = Delivery.objects.order_by("pk")
    assert (old.name, old.address, old.readers) == ("", "", [])
    assert old.recipient_key == retention.ERASED
    assert old.destination == f"erased:{old.public_id}"
    assert (old.state, old.reasons[0]["reason"], old.finished_at) == ("accepted", "alert_contact", now - 401 * DAY)
    message.refresh_from_db()
    assert (message.address, message.subject_line, message.sent_sha256) == ("", "", "a" * 64)
    attempt = message.attempts.get()
    assert (attempt.outcome, attempt.code, attempt.detail) == ("accepted", 250, "")
    assert young.address == "noc@a.test"
    assert kept.attempts.get().detail == "noc@a.test queued"


def test_a_user_stays_named_by_id_so_that_the_proof_still_counts_people(now: datetime) -> None:
    message = sent(now - 401 * DAY)
    Delivery.objects.filter(message=message).update(recipient_key="identity:12")
    retention.erase_old(now)
    assert Delivery.objects.get().recipient_key == "identity:12"


def test_the_name_of_who_took_an_escalation_goes_with_the_people(now: datetime) -> None:
    for age in (401, 399):
        message = sent(now - age * DAY)
        Escalation.objects.create(
            announcement=Announcement.objects.get(deliveries__message=message),
            topic=Topic.TECHNICAL_EMERGENCY,
            subject_kind="test",
            subject_id=str(age),
            interval_seconds=300,
            rounds=3,
            state="acknowledged",
            started_at=now - age * DAY,
            ended_at=now - age * DAY,
            acknowledged_via="link",
            acknowledged_name="Anna of the night shift",
        )
    retention.erase_old(now)
    names = Escalation.objects.order_by("subject_id").values_list("acknowledged_name", flat=True)
    assert list(names) == ["Anna of the night shift", ""]


def test_the_address_of_who_took_an_escalation_goes_from_the_announcement_of_it(now: datetime) -> None:
    """Its facts name who need not be told, by key: an address, where it is no user."""
    for age in (401, 399):
        message = sent(now - age * DAY)
        facts = {"event": "acknowledged", "except": "address:noc@a.test", "age": age}
        Announcement.objects.filter(deliveries__message=message).update(facts=facts)
    retention.erase_old(now)
    old, young = Announcement.objects.order_by("pk")
    assert old.facts == {"event": "acknowledged", "age": 401}
    assert young.facts["except"] == "address:noc@a.test"


def test_it_can_be_stopped_after_any_batch_and_goes_on(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Safe to stop at any time: each batch is a transaction of its own."""
    monkeypatch.setattr(retention, "BATCH", 2)
    messages = [sent(now - 100 * DAY) for _number in range(5)]
    erase = retention._erase_bytes
    batches: list[list[int]] = []

    def stops_after_one(keys: list[int]) -> int:
        if batches:
            raise KeyboardInterrupt
        batches.append(keys)
        return erase(keys)

    monkeypatch.setattr(retention, "_erase_bytes", stops_after_one)
    with pytest.raises(KeyboardInterrupt):
        retention.erase_sent_bytes(now - 90 * DAY)
    assert Message.objects.filter(sent_bytes=None).count() == 2
    monkeypatch.setattr(retention, "_erase_bytes", erase)
    assert retention.erase_sent_bytes(now - 90 * DAY) == 3
    assert Message.objects.filter(sent_bytes=None).count() == len(messages)
