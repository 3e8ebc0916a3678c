"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from liaison.accounts import changes
from liaison.delegation.indexing import follow_account
from liaison.delegation.wording import REFUSALS
from liaison.web import wording


def register_everything() -> None:
    """Fill the registries, once at the start."""
    wording.register(REFUSALS)
    changes.register_follower(follow_account)
