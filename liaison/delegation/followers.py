"""What must follow, in rooms above, when somebody's access to a customer changes. Filled in `AppConfig.ready()`.

Called by the verbs inside their transaction, after the rows are written: hand-overs end, shares of delegates end,
people are told, staff are alarmed about a case that nobody outside can read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from liaison.accounts.models import Account
from liaison.audit.actions import ActorRef


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """What changed for one customer. `ended` and `begun` are keys of bonds (0: none), `account` whose access it is.

    `is_lost` says that the account reaches the customer's cases no longer at all.
    """

    customer: Account
    account: Account
    actor: ActorRef
    now: datetime
    is_lost: bool
    ended: int = 0
    begun: int = 0


Follower = Callable[[AccessChanged], None]

_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    if follower not in _followers:
        _followers.append(follower)


def follow(changed: AccessChanged) -> None:
    for follower in _followers:
        follower(changed)
