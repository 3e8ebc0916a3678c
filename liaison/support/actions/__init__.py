"""The verbs of this room, one function each (`style.md`, rule 1)."""

from __future__ import annotations

from liaison.support.actions.deciding import accept_interest, decline_interest
from liaison.support.actions.expressing import confirm_interest, express_interest

__all__ = ["accept_interest", "confirm_interest", "decline_interest", "express_interest"]
