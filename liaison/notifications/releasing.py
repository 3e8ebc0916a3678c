"""Letting go at once what waits for its moment. Who may do so is decided above; `ledger.actions` has the verb."""

from __future__ import annotations

from datetime import datetime

from liaison.notifications.models import Delivery, DeliveryState, Message, MessageState
from liaison.notifications.wakeups import wake_workers

_MAY_WAIT = (MessageState.GATHERING, MessageState.PENDING)


def send_now(delivery: Delivery, *, now: datetime) -> bool:
    """Make the message of a deferred delivery due, with everything that waits in it; False where it does not wait.

    In the caller's transaction. What made it wait stays written down.
    """
    waiting = Message.objects.select_for_update().filter(
        deliveries=delivery, state__in=_MAY_WAIT, attempt=0, due_at__gt=now
    )
    message = waiting.first()
    if message is None or delivery.state != DeliveryState.PENDING or not delivery.held:
        return False
    # What is held counts from the moment at which it is first to go.
    Message.objects.filter(pk=message.pk).update(due_at=now, created_at=now)
    Delivery.objects.filter(message=message).update(due_at=now)
    wake_workers([message.channel])
    return True
