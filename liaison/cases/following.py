"""Who hears of a case's updates by choice. Whoever chose not to is not asked again by what happens in the case."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.models import Identity
from liaison.audit.actions import ActorRef
from liaison.cases.models import Case, Follow
from liaison.lib.bulk import insert_object


def begin(case: Case, identity: Identity, now: datetime) -> None:
    """Let somebody follow who filed the case or wrote in it, unless they chose before. One statement; for verbs only.

    There is no history of it: what they did to the case stands there.
    """
    insert_object(begun(case, identity, now), unless_there=True)


def begun(case: Case, identity: Identity, now: datetime) -> Follow:
    """Return that somebody follows, not written yet: for the verb that writes it in one statement with a new case."""
    return Follow(case=case, identity=identity, is_following=True, since=now)


def is_following(actor: Identity, case: Case) -> bool | None:
    """Return what somebody chose for a case: to follow, not to; None for no choice."""
    return Follow.objects.filter(case=case, identity=actor).values_list("is_following", flat=True).first()


def end_all(identity: Identity, actor: ActorRef, now: datetime) -> None:
    """Let somebody who leaves follow nothing any more; they are asked anew should they come back (W13)."""
    Follow.objects.filter(identity=identity, is_following=True).delete()
