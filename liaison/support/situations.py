"""Which situation the support page shows first. Pure."""

from __future__ import annotations

from collections.abc import Collection

from liaison.integrations.models import Stage
from liaison.support.vocabulary import Situation

_OF_STAGE = {
    Stage.LAUNCHED: Situation.LAUNCHED,
    Stage.INTEGRATING: Situation.INTEGRATING,
    Stage.INTERESTED: Situation.INTERESTED,
}


def situation_of(stages: Collection[str], asked: str = "") -> Situation:
    """Return the situation that was asked for, else the furthest of the integrations' stages; with none, interested."""
    if asked in set(Situation):
        return Situation(asked)
    reached = {_OF_STAGE[Stage(stage)] for stage in stages}
    return next((situation for situation in Situation if situation in reached), Situation.INTERESTED)
