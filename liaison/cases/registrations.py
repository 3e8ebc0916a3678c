"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from liaison.accounts import departures
from liaison.cases import following
from liaison.cases.topics import CaseUpdates
from liaison.catalog.vocabulary import Topic
from liaison.notifications import registry


def register_everything() -> None:
    """Fill the registries, once at the start."""
    registry.register(Topic.CASE_UPDATE, CaseUpdates())
    departures.register_follower(following.end_all)
