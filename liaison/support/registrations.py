"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations


def register_everything() -> None:
    """Fill the registries, once at the start."""
