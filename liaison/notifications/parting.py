"""What leaves a bundle before it goes: what nobody may or need read any more, and what goes in a message of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.conf import settings
from django.db import transaction

from liaison.lib.ids import new_public_id
from liaison.notifications import fallback
from liaison.notifications.claims import Claim, HandOver, hand_over
from liaison.notifications.facts import Withheld
from liaison.notifications.models import Delivery, DeliveryState, Message, MessageState
from liaison.notifications.transitions import DeliveryEvent, next_delivery_state
from liaison.notifications.wakeups import wake_workers

MOST_FALLBACKS: Final = 200
"""So many announcements are planned again in one transaction; what is more waits for the next one."""


@dataclass(frozen=True)
class Parted:
    """Deliveries by their ids: those that are called off, with the reason, and groups that go on their own."""

    cancelled: Mapping[int, Withheld]
    moved: tuple[tuple[int, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cancelled or self.moved)


def write_down(batch: Sequence[HandOver], parted: Mapping[int, Parted], now: datetime) -> frozenset[int]:
    """Hand a batch over, and let go of what left its bundles, all in one transaction; return what may be sent.

    `parted` is by message.
    """
    if not any(parted.values()):
        return hand_over(batch)
    claims = {one.claim.message: one.claim for one in batch}
    last = {message: part_early(claims[message], one, now) for message, one in parted.items()}
    with transaction.atomic():
        counted = hand_over(batch)
        for message in counted & last.keys():
            part(message, last[message], now)
    return counted


def part_early(claim: Claim, parted: Parted, now: datetime) -> Parted:
    """Call off what is too much for one transaction, in several; return what is left for the one of the message."""
    left = dict(parted.cancelled)
    while sum(reason is not Withheld.NO_LONGER_RELEVANT for reason in left.values()) > MOST_FALLBACKS:
        some = dict(islice(left.items(), MOST_FALLBACKS))
        with transaction.atomic():
            if not is_ours(claim, MessageState.SENDING):
                break  # whoever has it now decides anew
            part(claim.message, Parted(some), now)
        for delivery in some:
            del left[delivery]
    return Parted(left, parted.moved)


def is_ours(claim: Claim, state: MessageState) -> bool:
    """Lock the message and say whether this claim still holds it, in this state."""
    rows = Message.objects.select_for_update().filter(pk=claim.message, attempt=claim.attempt, state=state)
    return bool(rows.values_list("pk", flat=True))


def part(message_id: int, parted: Parted, now: datetime) -> None:
    """Let deliveries leave a bundle that is ours. In the caller's transaction, the message's row locked."""
    for group in parted.moved:
        _move(message_id, group, now)
    by_reason: dict[Withheld, list[int]] = {}
    for delivery, reason in parted.cancelled.items():
        by_reason.setdefault(reason, []).append(delivery)
    for reason, deliveries in by_reason.items():
        _cancel(deliveries, reason, now)


def fall_back_each(announcements: Iterable[int], now: datetime) -> None:
    for announcement in sorted(set(announcements)):
        fallback.fall_back(announcement, now=now)


def _cancel(deliveries: Sequence[int], reason: Withheld, now: datetime) -> None:
    rows = Delivery.objects.filter(pk__in=deliveries, state=DeliveryState.PENDING)
    announcements = list(rows.values_list("announcement_id", flat=True))
    state = next_delivery_state(DeliveryState.PENDING, DeliveryEvent.CALLED_OFF)
    rows.update(state=state, state_reason=reason, finished_at=now)
    if reason is not Withheld.NO_LONGER_RELEVANT:
        fall_back_each(announcements, now)


def _move(message_id: int, deliveries: Sequence[int], now: datetime) -> None:
    """Give some deliveries of a bundle a message of their own, which nobody joins."""
    before = Message.objects.only("account_id", "lane", "channel", "address", "priority", "created_at").get(
        pk=message_id
    )
    public_id = new_public_id()
    message = Message.objects.create(
        public_id=public_id,
        message_id=f"<{public_id}@{settings.MESSAGE_ID_DOMAIN}>",
        bundle=public_id,
        state=MessageState.GATHERING,
        account_id=before.account_id,
        lane=before.lane,
        channel=before.channel,
        address=before.address,
        priority=before.priority,
        due_at=now,
        created_at=before.created_at,
    )
    Delivery.objects.filter(pk__in=deliveries, message=message_id, state=DeliveryState.PENDING).update(message=message)
    wake_workers([message.channel])
