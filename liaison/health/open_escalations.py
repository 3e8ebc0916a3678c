"""The escalations that nobody has yet: for the desk, and for the home page of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from liaison.accounts.actors import Actor
from liaison.health.access import visible_escalations
from liaison.notifications.escalation.subjects import Described, handler_of_kind, kinds_of_drills
from liaison.notifications.models import Escalation, EscalationState

MOST_SHOWN: Final = 20
OPEN: Final = (EscalationState.RUNNING, EscalationState.EXHAUSTED)


@dataclass(frozen=True)
class OpenEscalation:
    """One escalation that waits for somebody. `next_at` is None for one that called everybody in vain."""

    public_id: str
    state: str
    subject: Described
    started_at: datetime
    next_at: datetime | None
    steps: int


def open_escalations(reader: Actor, most: int = MOST_SHOWN) -> tuple[OpenEscalation, ...]:
    """Return the open escalations that the reader may see, the exhausted first, then the oldest. A few queries.

    A drill waits for nobody: nothing is wrong.
    """
    rows = visible_escalations(reader).filter(state__in=OPEN).exclude(subject_kind__in=kinds_of_drills())
    found = list(rows.prefetch_related("steps").order_by("state", "pk")[:most])
    described = _described(found)
    return tuple(
        OpenEscalation(
            public_id=one.public_id,
            state=one.state,
            subject=described[one.subject_kind, one.subject_id],
            started_at=one.started_at,
            next_at=one.next_at,
            steps=len(one.steps.all()),
        )
        for one in found
        if (one.subject_kind, one.subject_id) in described
    )


def _described(escalations: list[Escalation]) -> dict[tuple[str, str], Described]:
    found: dict[tuple[str, str], Described] = {}
    for kind in {one.subject_kind for one in escalations}:
        handler = handler_of_kind(kind)
        if handler is None:
            continue
        ids = [one.subject_id for one in escalations if one.subject_kind == kind]
        found |= {(kind, key): subject for key, subject in handler.described(ids).items()}
    return found
