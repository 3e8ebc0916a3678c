"""What the verbs of this room share: writing history, locking a rota, and finding people who can be called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from liaison.accounts import queries as accounts
from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.calendars.codes import RotaCode
from liaison.calendars.loading import callable_staff
from liaison.calendars.models import Rota
from liaison.lib.refusals import FieldProblem, Invalid, Missing


def note(
    happened: Happened,
    kind: str,
    key: int,
    *,
    actor: Actor,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append one event to the history of the operator's account."""
    operator = accounts.operator()
    record(
        happened,
        actor=actor.audit_ref,
        subject=SubjectRef(kind, str(key)),
        account_id=None if operator is None else operator.pk,
        changes=changes,
        facts=facts,
        now=now,
    )


def lock_rota(key: int) -> Rota:
    """Lock the rota: who takes over, swaps and layers are decided one after the other. Raises Missing."""
    found = Rota.objects.select_for_update().filter(pk=key).first()
    if found is None:
        raise Missing
    return found


def person_who_can(public_id: str, field: str) -> Identity:
    """Return who is meant. Raises Invalid for somebody who cannot be on call."""
    found = None if "\x00" in public_id else callable_staff().filter(public_id=public_id).first()
    if found is None:
        raise Invalid((FieldProblem(field, RotaCode.CANNOT_BE_CALLED),))
    return found


def moment(value: datetime) -> str:
    """Return a moment as history keeps it."""
    return value.isoformat(timespec="seconds")
