"""The verbs of this room. Each is one transaction: check, write, history. Whom a problem tells, the rules decide."""

from __future__ import annotations

from liaison.probes.actions.beats import change_heartbeat, note_heartbeat, remove_heartbeat
from liaison.probes.actions.checks import CheckWish, ask_now, remove_health_check, set_health_check

__all__ = [
    "CheckWish",
    "ask_now",
    "change_heartbeat",
    "note_heartbeat",
    "remove_health_check",
    "remove_heartbeat",
    "set_health_check",
]
