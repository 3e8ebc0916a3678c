"""The verbs of this room, one function each (`style.md`, rule 1)."""

from __future__ import annotations

from liaison.delegation.actions.bonds import begin_support, end_management, end_support, set_manager
from liaison.delegation.actions.grants import grant_access, revoke_access

__all__ = ["begin_support", "end_management", "end_support", "grant_access", "revoke_access", "set_manager"]
