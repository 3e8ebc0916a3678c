"""How history names an escalation and what acts in it by itself."""

from __future__ import annotations

from typing import Final

from liaison.audit.actions import ActorRef, SubjectRef
from liaison.audit.vocabulary import ActorKind
from liaison.notifications.models import Escalation

ESCALATION_SUBJECT: Final = "escalation"  # the kind of subject of the alarm that nobody answered
BY_ITSELF: Final = ActorRef(ActorKind.SYSTEM, "escalation")


def ref_of(escalation: Escalation) -> SubjectRef:
    return SubjectRef(ESCALATION_SUBJECT, str(escalation.pk))
