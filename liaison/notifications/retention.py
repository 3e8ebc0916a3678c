"""What is erased when it is old: first the bytes of what was sent, much later the people.

What happened stays for good: announcements, topics and reasons, states with their moments, attempts with their codes,
Message-IDs and SHA-256. Each batch is a transaction of its own, so that stopping at any time costs nothing: the next
run goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat

from liaison.notifications.models import (
    FINISHED_MESSAGE_STATES,
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Escalation,
    LetterForm,
    Message,
)
from liaison.notifications.streams import forget_streams

BATCH: Final = 1_000
ERASED: Final = "erased"
"""Stands for the key and the destination of somebody whose address was erased."""


def erase_old(now: datetime) -> None:
    """Erase what the settings say is old enough. For the ticker, once a day."""
    erase_sent_bytes(now - timedelta(days=settings.SENT_BYTES_DAYS))
    erase_unused_forms(now - timedelta(days=1))
    forget_streams(now - timedelta(days=1))
    erase_people(now - timedelta(days=settings.DELIVERY_PEOPLE_DAYS))


def erase_sent_bytes(before: datetime) -> int:
    """Erase the bytes of messages that were made and finished before; returns how many. Their hash stays."""
    kept = Q(sent_bytes__isnull=False) | Q(form__isnull=False)
    old = Message.objects.filter(kept, created_at__lt=before, state__in=FINISHED_MESSAGE_STATES)
    return _in_batches(old, _erase_bytes)


def erase_unused_forms(before: datetime) -> int:
    """Delete the forms of which no kept message is a difference any more; returns how many."""
    used = Exists(Message.objects.filter(form=OuterRef("pk")))
    deleted, _by_model = LetterForm.objects.filter(~used, created_at__lt=before).delete()
    return deleted


def erase_people(before: datetime) -> int:
    """Erase names, addresses and the servers' words about them from what ended before; returns how many deliveries.

    Also the names that people typed who took an escalation at a shared address.
    """
    Escalation.objects.filter(ended_at__lt=before).exclude(acknowledged_name="").update(acknowledged_name="")
    old = Delivery.objects.filter(due_at__lt=before).exclude(state=DeliveryState.PENDING)
    return _in_batches(old.exclude(destination__startswith=f"{ERASED}:"), _erase_people_of)


def _in_batches(rows: QuerySet[Message] | QuerySet[Delivery], erase: Callable[[list[int]], int]) -> int:
    """Walk the rows by key; old ones come first, so it ends soon after the last that is old enough."""
    erased, last = 0, 0
    while True:
        keys = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return erased
        with transaction.atomic():
            erased += erase(keys)
        last = keys[-1]


def _erase_bytes(keys: list[int]) -> int:
    return Message.objects.filter(pk__in=keys, state__in=FINISHED_MESSAGE_STATES).update(sent_bytes=None, form=None)


def _erase_people_of(keys: list[int]) -> int:
    deliveries = Delivery.objects.filter(pk__in=keys)
    messages = list(deliveries.exclude(message=None).values_list("message_id", flat=True))
    # Who took an escalation is named there by key, which is an address for those who are no user.
    named = Announcement.objects.filter(deliveries__in=keys, facts__has_key="except")
    named.update(facts=Func(F("facts"), Value("except"), arg_joiner=" - ", template="(%(expressions)s)"))
    Attempt.objects.filter(message__in=messages).update(detail="")
    Message.objects.filter(pk__in=messages).update(address="", subject_line="")
    return deliveries.update(
        name="",
        address="",
        readers=[],
        destination=Concat(Value(f"{ERASED}:"), F("public_id"), output_field=TextField()),
        recipient_key=Case(When(recipient_key__startswith="identity:", then=F("recipient_key")), default=Value(ERASED)),
    )
