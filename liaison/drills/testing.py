"""Drills and their schedules for the tests of this room and the rooms above, and for the demo."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField
from liaison.drills import actions
from liaison.drills.actions.scheduling import Wish
from liaison.drills.models import Drill, DrillSchedule
from liaison.notifications.escalation.tokens import token_of
from liaison.notifications.models import Delivery, DeliveryState


def make_drill(
    actor: Actor,
    account: Account,
    now: datetime,
    field: ContactField = ContactField.EMERGENCY,
    *,
    everybody: bool = False,
) -> Drill:
    """Start a drill by the real verb."""
    return actions.start_drill(actor=actor, account=account, field=field, everybody=everybody, now=now)


def make_schedule(actor: Actor, account: Account, now: datetime, **wish: object) -> DrillSchedule:
    """Keep a schedule by the real verb: the emergency contacts, on the second Tuesday at 10:00, unannounced."""
    usual: dict[str, object] = {
        "field": ContactField.EMERGENCY.value,
        "minute": 600,
        "time_zone": account.time_zone,
        "weekday": 2,
        "week": 2,
    }
    return actions.change_drill_schedule(actor=actor, account=account, wish=Wish(**usual | wish), now=now)  # type: ignore[arg-type]  # by name


def told_by(drill: Drill) -> list[Delivery]:
    """Return the deliveries of a drill's own announcement that are or will be sent, in order."""
    sent = Delivery.objects.filter(announcement=drill.announcement_id).exclude(state=DeliveryState.SUPPRESSED)
    return list(sent.order_by("pk"))


def answer_of(drill: Drill, address: str, now: datetime, name: str = "") -> Drill:
    """Answer by the link that went to an address."""
    delivery = next(one for one in told_by(drill) if one.address == address)
    return actions.answer_drill_by_link(token=token_of(delivery.public_id), name=name, now=now)
