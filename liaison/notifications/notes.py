"""What other servers say of a message after ours has taken it: kept beside the attempts, as evidence."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import Max

from liaison.notifications.models import Attempt, Message

FIRST_NOTE: Final = 10_000
"""Attempts with this number and above are such notes: no worker counts so far."""
MOST_NOTES: Final = 20


class Came(StrEnum):
    """What another server said: the outcome of a note."""

    BACK = "bounced"
    LATE = "delayed"
    THROUGH = "delivered"


def note_what_came_back(message: Message, came: Came, *, now: datetime, code: int | None, detail: str) -> bool:
    """Note what a server said of a message; it changes no state. `code` and `detail` are the server's own.

    No more than `MOST_NOTES` for one message, for whoever has it can send as many as it likes. Returns whether it is
    kept.
    """
    with transaction.atomic():
        Message.objects.select_for_update().only("pk").get(pk=message.pk)
        notes = Attempt.objects.filter(message=message, number__gte=FIRST_NOTE)
        last: int | None = notes.aggregate(last=Max("number"))["last"]
        number = FIRST_NOTE if last is None else last + 1
        if number >= FIRST_NOTE + MOST_NOTES:
            return False
        Attempt.objects.create(
            message=message, number=number, started_at=now, finished_at=now, outcome=came, code=code, detail=detail
        )
    return True
