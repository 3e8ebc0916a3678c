"""Acknowledging by an answer to the mail that called, once it is proven whose mailbox the answer is from."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.lib.refusals import Missing
from liaison.notifications.escalation.acknowledging import Acknowledgement, Bearer, acknowledge_escalation
from liaison.notifications.escalation.links import reader_of
from liaison.notifications.escalation.tokens import token_of
from liaison.notifications.models import AcknowledgedVia


def acknowledge_by_answer(*, delivery: str, now: datetime) -> Acknowledgement:
    """Let the reader of this delivery, by its public id, have it. The same rights count as for the link of its mail.

    Raises Missing where its reader may not (any more), and Conflict when it is over.
    """
    with transaction.atomic():
        reader = reader_of(token_of(delivery))
        if reader is None:
            raise Missing
        bearer = Bearer(
            actor=ActorRef(ActorKind.LINK, reader.delivery.public_id),
            key=reader.delivery.recipient_key,
            via=AcknowledgedVia.REPLY,
            identity_id=reader.delivery.identity_id,
            delivery=reader.delivery,
        )
        return acknowledge_escalation(bearer=bearer, escalation=reader.escalation, now=now)
