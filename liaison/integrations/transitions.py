"""When a change of stage or status is possible, as data. Who may is asked elsewhere (`access.py`, `actions`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from liaison.integrations.models import Stage, Status
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import Conflict


class StatusVerb(StrEnum):
    """The verbs that change the status of a launched integration."""

    PAUSE = "pause"
    RESUME = "resume"
    DISABLE = "disable"
    RESTORE = "restore"


NEXT_STAGE: Final[dict[Stage, Stage | None]] = {
    Stage.INTERESTED: Stage.INTEGRATING,
    Stage.INTEGRATING: Stage.LAUNCHED,
    Stage.LAUNCHED: None,
}
"""Stages go one way, one step at a time."""

STATUS_AFTER: Final[dict[tuple[Status, StatusVerb], Status | IntegrationCode]] = {
    (Status.LIVE, StatusVerb.PAUSE): Status.PAUSED,
    (Status.LIVE, StatusVerb.RESUME): IntegrationCode.NOT_PAUSED,
    (Status.LIVE, StatusVerb.DISABLE): Status.DISABLED,
    (Status.LIVE, StatusVerb.RESTORE): IntegrationCode.NOT_DISABLED,
    (Status.PAUSED, StatusVerb.PAUSE): Status.PAUSED,  # changes the planned end
    (Status.PAUSED, StatusVerb.RESUME): Status.LIVE,
    (Status.PAUSED, StatusVerb.DISABLE): Status.DISABLED,
    (Status.PAUSED, StatusVerb.RESTORE): IntegrationCode.NOT_DISABLED,
    (Status.DISABLED, StatusVerb.PAUSE): IntegrationCode.DISABLED_CANNOT_BE_PAUSED,  # W9
    (Status.DISABLED, StatusVerb.RESUME): IntegrationCode.DISABLED_BY_THE_OPERATOR,  # S5
    (Status.DISABLED, StatusVerb.DISABLE): IntegrationCode.ALREADY_DISABLED,
    (Status.DISABLED, StatusVerb.RESTORE): Status.LIVE,
}
"""For every status and verb the status after it, or why it is refused."""


def stage_after(before: Stage, wanted: Stage) -> Stage:
    """Return `wanted` when it is the next stage, else raise Conflict."""
    if NEXT_STAGE[before] != wanted:
        raise Conflict(IntegrationCode.STAGE_NOT_NEXT, stage=before.value, wanted=wanted.value)
    return wanted


def status_after(before: str, verb: StatusVerb) -> Status:
    """Return the status after the verb, or raise Conflict. `before` is empty until the launch."""
    if not before:
        raise Conflict(IntegrationCode.NOT_LAUNCHED)
    after = STATUS_AFTER[Status(before), verb]
    if isinstance(after, IntegrationCode):
        raise Conflict(after)
    return after
