"""Pauses of an integration for maintenance."""

from __future__ import annotations

from ninja import Schema

from liaison.api.shapes.common import Body, GivenMoment, Moment, Text
from liaison.integrations import models
from liaison.integrations.models import PauseState


class Pause(Schema):
    """`ends_at` is the planned end, null for none; `over_at` is when it was over or cancelled."""

    id: str
    integration: str
    state: PauseState
    starts_at: Moment
    ends_at: Moment | None
    ends_by_itself: bool
    reason: str
    created_at: Moment
    over_at: Moment | None

    @classmethod
    def of(cls, pause: models.Pause) -> Pause:
        """Show a pause that was read with its integration."""
        return cls(
            id=pause.public_id,
            integration=pause.integration.public_id,
            state=PauseState(pause.state),
            starts_at=pause.starts_at,
            ends_at=pause.ends_at,
            ends_by_itself=pause.ends_by_itself,
            reason=pause.reason,
            created_at=pause.created_at,
            over_at=pause.over_at,
        )


class NewPause(Body):
    """`starts_at` is null to pause now. `until` is the planned end, or null.

    A pause that `ends_by_itself` ends at its planned end; else somebody resumes the integration.
    """

    starts_at: GivenMoment | None = None
    until: GivenMoment | None = None
    reason: Text = ""
    ends_by_itself: bool = False


class PauseChange(Body):
    """The pause as it shall be. `starts_at` counts while it is planned; null leaves it."""

    starts_at: GivenMoment | None = None
    until: GivenMoment | None
    reason: Text = ""
    ends_by_itself: bool = False
