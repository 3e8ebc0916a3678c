"""What must follow, in rooms above, when an account is made or its name changes. Filled in `AppConfig.ready()`.

Called by the verbs inside their transaction, after the row is written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.accounts.models import Account

Follower = Callable[[Account, datetime], None]

_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    if follower not in _followers:
        _followers.append(follower)


def follow(account: Account, now: datetime) -> None:
    for follower in _followers:
        follower(account, now)
