"""Answering a drill: by the link of its message, or on its page by somebody who is signed in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.models import Identity
from liaison.audit.actions import ActorRef
from liaison.audit.vocabulary import ActorKind
from liaison.catalog.vocabulary import Topic
from liaison.drills.access import key_of
from liaison.drills.actions.running import locked_drill
from liaison.drills.answers import keep_answer
from liaison.drills.models import Drill
from liaison.drills.vocabulary import DrillEvent, SubjectKind
from liaison.lib.refusals import Missing
from liaison.lib.text import nfc
from liaison.notifications.escalation.acknowledging import Bearer, acknowledge_escalation
from liaison.notifications.escalation.links import delivery_of, may_still_read
from liaison.notifications.models import AcknowledgedVia, Delivery, Escalation

LONGEST_NAME = 100


def answer_drill(*, actor: Identity, drill: Drill, via: AcknowledgedVia, now: datetime) -> Drill:
    """Say "I got it" as a signed-in person who was told. A second answer changes nothing.

    Raises Conflict for a drill that is over, Forbidden for somebody whom it did not tell. The caller fetched the
    drill for the actor.
    """
    bearer = Bearer(actor.audit_ref, key_of(actor), via, identity_id=actor.pk)
    return _answer(drill.pk, bearer, now)


def answer_drill_by_link(*, token: str, name: str = "", now: datetime) -> Drill:
    """Do the same for whoever holds the link of a message. `name` is who answers, at a shared address.

    Raises Missing where its reader may not read it (any more), Conflict for a drill that is over.
    """
    with transaction.atomic():
        found = drill_of_link(token)
        if found is None:
            raise Missing
        drill, delivery = found
        bearer = Bearer(
            actor=ActorRef(ActorKind.LINK, delivery.public_id),
            key=delivery.recipient_key,
            via=AcknowledgedVia.LINK,
            identity_id=delivery.identity_id,
            delivery=delivery,
            name=nfc(name).replace("\x00", "").strip()[:LONGEST_NAME],
        )
        return _answer(drill.pk, bearer, now)


def drill_of_link(token: str) -> tuple[Drill, Delivery] | None:
    """Return the drill that the token's delivery is about, and the delivery; None where its reader may not read it."""
    delivery = delivery_of(token)
    if delivery is None or delivery.announcement.subject_kind != SubjectKind.DRILL:
        return None
    if delivery.announcement.facts.get("event") != DrillEvent.STARTED or not may_still_read(delivery, Topic.DRILL):
        return None
    drill = Drill.objects.select_related("account").filter(announcement=delivery.announcement_id).first()
    return None if drill is None else (drill, delivery)


def _answer(key: int, bearer: Bearer, now: datetime) -> Drill:
    with transaction.atomic():
        drill = locked_drill(key)
        escalation = Escalation.objects.filter(announcement=drill.announcement_id).first()
        if escalation is None or not drill.is_running:
            keep_answer(drill, bearer, now=now)
        else:
            acknowledge_escalation(bearer=bearer, escalation=escalation, now=now)  # it hands the answer to the drill
    return drill
