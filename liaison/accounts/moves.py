"""Who follows when an identity has a new address: it was made, or it proved another mailbox. Filled in `ready()`.

Every follower is called in the transaction of that, with the identity as it is now.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.accounts.models import Identity

Follower = Callable[[Identity, datetime], None]

_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    if follower not in _followers:
        _followers.append(follower)


def follow(identity: Identity, now: datetime) -> None:
    """Let every room take note that mail for the identity goes somewhere else."""
    for follower in _followers:
        follower(identity, now)
