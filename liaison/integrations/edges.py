"""The registry of what follows when an integration goes live, is paused or is disabled.

A status is changed here; what is judged again because of it is known further up. Rooms above register in
`AppConfig.ready()`. A follower runs in the transaction of the change, after it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.integrations.models import Integration, Status

Follower = Callable[[Integration, Status, Status, datetime], None]

_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Add who is told of each change: the integration as it is now, the status before and after, and the moment."""
    if follower not in _followers:
        _followers.append(follower)


def follow(integration: Integration, before: Status, after: Status, now: datetime) -> None:
    """Tell everybody of a change, in the order in which they registered."""
    for follower in _followers:
        follower(integration, before, after, now)
