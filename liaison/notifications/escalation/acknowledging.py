"""Acknowledging and ending: somebody has it, or it is over; either way nobody else is called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.audit.actions import ActorRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.catalog.vocabulary import Topic
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.lib.text import nfc
from liaison.notifications import engine
from liaison.notifications.actions import announce
from liaison.notifications.escalation.links import reader_of
from liaison.notifications.escalation.subjects import handler_of_kind
from liaison.notifications.escalation.telling import BY_ITSELF, ref_of
from liaison.notifications.escalation.vocabulary import EscalationCode
from liaison.notifications.models import NOBODY_HAS_IT, AcknowledgedVia, Delivery, Escalation, EscalationState
from liaison.notifications.registry import Subject
from liaison.notifications.told import told_about

LONGEST_NAME: Final = 100
ACKNOWLEDGED: Final = "acknowledged"  # the event in the facts of the announcement


@dataclass(frozen=True)
class Bearer:
    """Who says "I have it", checked by the caller: an identity, or the reader of a delivery by its link.

    `key` is the planner's name of the person. `name` is what the reader of a shared address typed.
    """

    actor: ActorRef
    key: str
    via: AcknowledgedVia
    identity_id: int | None = None
    delivery: Delivery | None = None
    name: str = ""


@dataclass(frozen=True)
class Acknowledgement:
    """The escalation as it is now. `is_new`: this call acknowledged it.

    Else somebody else has it already, or its subject wants more answers than one and goes on.
    """

    escalation: Escalation
    is_new: bool


def acknowledge_escalation(*, bearer: Bearer, escalation: Escalation, now: datetime) -> Acknowledgement:
    """Let the bearer have it: nobody else is called, and everybody who was told is told who has it.

    Whoever comes second changes nothing and learns who has it. An exhausted escalation can still be
    acknowledged. The subject hears of every answer, and may let the first one not stop the calling. Raises
    Conflict when it is over, Invalid for a name that is too long. The caller has checked that the bearer may.
    """
    name = nfc(bearer.name).replace("\x00", "").strip()
    if len(name) > LONGEST_NAME:
        raise Invalid((FieldProblem("name", EscalationCode.NAME_TOO_LONG, {"most": LONGEST_NAME}),))
    handler = handler_of_kind(escalation.subject_kind)
    with transaction.atomic():
        if handler is not None:
            handler.lock(escalation.subject_id)
        locked = _locked(escalation)
        answer = replace(bearer, name=name)
        stops = handler is None or handler.answered(locked.subject_id, bearer=answer, now=now)
        if locked.state == EscalationState.ACKNOWLEDGED:
            return Acknowledgement(locked, is_new=False)
        if locked.state == EscalationState.RESOLVED:
            raise Conflict(EscalationCode.OVER)
        if not stops:
            return Acknowledgement(locked, is_new=False)
        _keep(locked, bearer, name, now)
        if handler is not None:
            handler.acknowledged(locked.subject_id, actor=bearer.actor, now=now)
        record(
            Happened.ESCALATION_ACKNOWLEDGED,
            actor=bearer.actor,
            subject=ref_of(locked),
            account_id=locked.account_id,
            facts={
                "subject_kind": locked.subject_kind,
                "subject_id": locked.subject_id,
                "via": bearer.via,
                "by": bearer.identity_id,
            },
            now=now,
        )
        _tell_who_has_it(locked, bearer, now)
    return Acknowledgement(locked, is_new=True)


def acknowledge_by_link(*, token: str, name: str = "", now: datetime) -> Acknowledgement:
    """Do the same for whoever holds the link of a message. Raises Missing where its reader may not (any more)."""
    with transaction.atomic():
        reader = reader_of(token)
        if reader is None:
            raise Missing
        delivery = reader.delivery
        bearer = Bearer(
            actor=ActorRef(ActorKind.LINK, delivery.public_id),
            key=delivery.recipient_key,
            via=AcknowledgedVia.LINK,
            identity_id=delivery.identity_id,
            delivery=delivery,
            name=name,
        )
        return acknowledge_escalation(bearer=bearer, escalation=reader.escalation, now=now)


def resolve_escalations(subject_kind: str, subject_ids: Collection[str], *, now: datetime) -> int:
    """End what nobody has about these subjects, because they are over; return how many. One statement.

    Called in the transaction that resolves them, with their rows locked.
    """
    open_ones = Escalation.objects.filter(state__in=NOBODY_HAS_IT)
    found = open_ones.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    return found.update(state=EscalationState.RESOLVED, next_at=None, ended_at=now)


def pause_escalations(subject_kind: str, subject_ids: Collection[str], *, now: datetime) -> int:
    """Stop what still climbs about these subjects, because their maintenance began; return how many.

    "I have it" still counts, and so does the end. Called in the transaction that begins the maintenance.
    """
    rows = Escalation.objects.select_for_update(of=("self",)).filter(
        state=EscalationState.RUNNING, subject_kind=subject_kind, subject_id__in=list(subject_ids)
    )
    stopped = list(rows.order_by("pk"))
    Escalation.objects.filter(pk__in=[one.pk for one in stopped]).update(
        state=EscalationState.PAUSED, next_at=None, ended_at=now
    )
    for one in stopped:
        record(
            Happened.ESCALATION_PAUSED,
            actor=BY_ITSELF,
            subject=ref_of(one),
            account_id=one.account_id,
            facts={"subject_kind": one.subject_kind, "subject_id": one.subject_id},
            now=now,
        )
    return len(stopped)


def _locked(escalation: Escalation) -> Escalation:
    rows = Escalation.objects.select_for_update(of=("self",)).select_related(
        "announcement", "acknowledged_by", "acknowledged_through"
    )
    return rows.get(pk=escalation.pk)


def _keep(locked: Escalation, bearer: Bearer, name: str, now: datetime) -> None:
    locked.state, locked.next_at, locked.ended_at = EscalationState.ACKNOWLEDGED, None, now
    locked.acknowledged_by_id = bearer.identity_id
    locked.acknowledged_through = bearer.delivery
    locked.acknowledged_via = bearer.via
    locked.acknowledged_name = name
    locked.save()


def _tell_who_has_it(locked: Escalation, bearer: Bearer, now: datetime) -> None:
    """Tell everybody who was told, but for whoever has it. The topics decide who of them still may hear."""
    told = told_about(locked.subject_kind, locked.subject_id)
    facts = {
        **{key: value for key, value in locked.announcement.facts.items() if key != "event"},
        "event": ACKNOWLEDGED,
        "escalation": locked.public_id,
        "except": bearer.key,
    }
    subject = Subject(locked.subject_kind, locked.subject_id, locked.account_id, facts)
    wanted = tuple(topic for topic in map(Topic, locked.announcement.topics) if topic in told.topics)
    nobody = engine.plan_for(wanted, subject, now).nobody if wanted else ()
    topics = tuple(topic for topic in wanted if topic not in nobody)  # to tell nobody else is no alarm
    if topics:
        announce(topics, subject, now=now)
