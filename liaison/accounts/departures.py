"""Who objects when an identity is deleted, and who follows when it leaves (C6, W13). Filled in `AppConfig.ready()`.

Deletion asks every objector first. Suspension asks nobody, for it acts at once. Both call every follower, in the
same transaction, while the identity's row is still there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from liaison.accounts.models import Identity
from liaison.audit.actions import ActorRef
from liaison.lib.refusals import Refusal

Objector = Callable[[Identity], Refusal | None]
Follower = Callable[[Identity, ActorRef, datetime], None]

_objectors: list[Objector] = []
_followers: list[Follower] = []


def register_objector(objector: Objector) -> None:
    if objector not in _objectors:
        _objectors.append(objector)


def register_follower(follower: Follower) -> None:
    if follower not in _followers:
        _followers.append(follower)


def objections_to(identity: Identity) -> tuple[Refusal, ...]:
    """Return every reason why the identity cannot be deleted now."""
    found = (objector(identity) for objector in _objectors)
    return tuple(objection for objection in found if objection is not None)


def follow(identity: Identity, actor: ActorRef, now: datetime) -> None:
    """Let every room take the leaving identity out of what it holds."""
    for follower in _followers:
        follower(identity, actor, now)
