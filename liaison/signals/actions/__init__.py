"""The verbs of this room: taking in signals, and what the operator says about where else they come from."""

from __future__ import annotations

from liaison.signals.actions.batches import RefusedAt, Taken, record_signals
from liaison.signals.actions.sources import SourceForm, add_source, remove_source, switch_source

__all__ = [
    "RefusedAt",
    "SourceForm",
    "Taken",
    "add_source",
    "record_signals",
    "remove_source",
    "switch_source",
]
