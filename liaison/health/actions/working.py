"""People's work on an incident: who has it, what they say about it, and what was learned from it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.health.access import require_work, require_work_as_staff, who_may_have
from liaison.health.models import Incident, IncidentComment
from liaison.health.vocabulary import IncidentCode
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.lib.text import nfc

LONGEST_COMMENT: Final = 4000
LONGEST_NOTE: Final = 20000


def comment_incident(
    *, actor: Actor, incident: Incident, text: str, now: datetime, is_internal: bool = False
) -> IncidentComment:
    """Say something about an incident, in plain text. What is internal no partner ever sees; only staff say it.

    Raises Forbidden, and Invalid for nothing or too much. Who follows the page sees it; nobody is sent a message.
    """
    (require_work_as_staff if is_internal else require_work)(actor, incident)
    said = _plain(text)
    if not said:
        raise Invalid((FieldProblem("text", IncidentCode.COMMENT_EMPTY),))
    if len(said) > LONGEST_COMMENT:
        raise Invalid((FieldProblem("text", IncidentCode.COMMENT_TOO_LONG, {"most": LONGEST_COMMENT}),))
    with transaction.atomic():
        comment = IncidentComment.objects.create(
            incident=incident, by=_person(actor), at=now, text=said, is_internal=is_internal
        )
        facts = {"comment": comment.public_id, "is_internal": is_internal}
        _record(Happened.INCIDENT_COMMENTED, actor, incident, now, facts=facts)
    return comment


def give_incident(*, actor: Actor, incident: Incident, owner: Identity | None, now: datetime) -> Incident:
    """Let somebody have an incident, oneself or a colleague; None lets nobody have it.

    The owner must be one of those who may work on it (`who_may_have`). Whoever has it already keeps it unchanged.
    Nobody else is called off by this: that is what acknowledging is for. Raises Forbidden and Invalid.
    """
    require_work(actor, incident)
    if owner is not None and owner != actor and owner not in who_may_have(actor, incident):
        raise Invalid((FieldProblem("owner", IncidentCode.UNKNOWN_OWNER),))
    with transaction.atomic():
        locked = _locked(incident)
        before, after = locked.owner_id, None if owner is None else owner.pk
        if before != after:
            locked.owner = owner
            locked.save(update_fields=["owner"])
            _record(Happened.INCIDENT_OWNER_CHANGED, actor, locked, now, changes={"owner": [before, after]})
    return locked


def write_note(*, actor: Actor, incident: Incident, text: str, now: datetime) -> Incident:
    """Write what was learned, once it is over; an empty text takes the note away.

    The history keeps that it was written, not the words. Raises Forbidden, Conflict while it goes on, and Invalid.
    """
    require_work(actor, incident)
    said = _plain(text)
    if len(said) > LONGEST_NOTE:
        raise Invalid((FieldProblem("text", IncidentCode.NOTE_TOO_LONG, {"most": LONGEST_NOTE}),))
    with transaction.atomic():
        locked = _locked(incident)
        if locked.resolved_at is None:
            raise Conflict(IncidentCode.NOT_OVER)
        locked.note, locked.note_at, locked.note_by = said, now if said else None, _person(actor) if said else None
        locked.save(update_fields=["note", "note_at", "note_by"])
        _record(Happened.INCIDENT_NOTE_WRITTEN, actor, locked, now, facts={"length": len(said)})
    return locked


def _plain(text: str) -> str:
    return nfc(text.replace("\r\n", "\n")).replace("\x00", "").strip()


def _person(actor: Actor) -> Identity | None:
    return None if isinstance(actor, System) else actor


def _locked(incident: Incident) -> Incident:
    rows = Incident.objects.select_related("environment__integration__account").select_for_update(of=("self",))
    return rows.get(pk=incident.pk)


def _record(happened: Happened, actor: Actor, incident: Incident, now: datetime, **details: object) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=incident.audit_ref,
        account_id=incident.environment.integration.account_id,
        now=now,
        **details,  # type: ignore[arg-type]  # changes or facts
    )
