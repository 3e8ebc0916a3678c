"""Keeping answers to a drill: once for each person who was told, whoever else has answered before."""

from __future__ import annotations

from datetime import datetime

from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import Happened
from liaison.contacts.actions import mark_reached
from liaison.drills.access import delivery_told
from liaison.drills.models import Drill, DrillAnswer
from liaison.drills.vocabulary import DrillCode
from liaison.lib.refusals import Conflict, Forbidden
from liaison.notifications.escalation.acknowledging import Bearer
from liaison.notifications.facts import Channel
from liaison.notifications.models import Delivery


def keep_answer(drill: Drill, bearer: Bearer, *, now: datetime) -> bool:
    """Keep the answer of somebody who was told; return whether it is their first. The drill is locked.

    Raises Conflict for a drill that is over, Forbidden for somebody whom it did not tell.
    """
    if not drill.is_running:
        raise Conflict(DrillCode.IS_OVER)
    told = delivery_told(drill, bearer.key)
    if told is None:
        raise Forbidden(DrillCode.NOT_TOLD)
    values = {
        "drill": drill,
        "identity_id": bearer.identity_id,
        "name": bearer.name,
        "via": bearer.via,
        "at": now,
    }
    _answer, is_new = DrillAnswer.objects.get_or_create(delivery=told, defaults=values)
    if is_new:
        record(
            Happened.DRILL_ANSWERED,
            actor=bearer.actor,
            subject=drill.audit_ref,
            account_id=drill.account_id,
            facts={"via": bearer.via, "by": bearer.identity_id, "delivery": told.public_id},
            now=now,
        )
        if bearer.delivery is not None:
            note_mailbox(bearer.delivery, bearer.actor, now=now)
    return is_new


def note_mailbox(delivery: Delivery, reader: ActorRef, *, now: datetime) -> None:
    """Let the contact information know that somebody reads the mailbox: they followed a link that was sent there."""
    account_id = delivery.announcement.account_id
    if delivery.channel == Channel.EMAIL and account_id is not None:
        mark_reached(account_id=account_id, address=delivery.address, actor=reader, now=now)
