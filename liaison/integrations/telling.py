"""Telling of a pause: one announcement under *maintenance*, with the facts of its moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.catalog.vocabulary import Topic
from liaison.integrations.models import Pause
from liaison.integrations.vocabulary import PauseEvent
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject

PAUSE: Final = "pause"


def tell(pause: Pause, event: PauseEvent, actor: Actor, *, now: datetime, because: str = "") -> None:
    """Announce what happened to a pause, in the transaction of the change. `actor` did it: people, or the ticker."""
    facts = {
        "event": event.value,
        "by": actor.pk if isinstance(actor, Identity) else None,
        "starts_at": pause.starts_at.isoformat(),
        "ends_at": pause.ends_at.isoformat() if pause.ends_at else None,
        "at": now.isoformat(),
    }
    facts |= {"because": because} if because else {}
    subject = Subject(PAUSE, str(pause.pk), pause.integration.account_id, facts)
    announce((Topic.MAINTENANCE,), subject, now=now)
