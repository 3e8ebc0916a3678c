"""The verbs of this room. Each is one transaction: check, write, history, and whom it tells."""

from __future__ import annotations

from liaison.integrations.actions.brands import create_brand, delete_brand, rename_brand
from liaison.integrations.actions.intake_keys import (
    NewIntakeKey,
    create_intake_key,
    revoke_intake_key,
    stamp_intake_key,
)
from liaison.integrations.actions.pauses import (
    cancel_pause,
    change_pause,
    pause_integration,
    resume_integration,
    schedule_pause,
)
from liaison.integrations.actions.stages import change_stage, create_integration, launch_integration
from liaison.integrations.actions.status import disable_integration, restore_integration

__all__ = [
    "NewIntakeKey",
    "cancel_pause",
    "change_pause",
    "change_stage",
    "create_brand",
    "create_intake_key",
    "create_integration",
    "delete_brand",
    "disable_integration",
    "launch_integration",
    "pause_integration",
    "rename_brand",
    "restore_integration",
    "resume_integration",
    "revoke_intake_key",
    "schedule_pause",
    "stamp_intake_key",
]
