"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from liaison.delegation.wording import REFUSALS
from liaison.web import wording


def register_everything() -> None:
    """Fill the registries, once at the start."""
    wording.register(REFUSALS)
