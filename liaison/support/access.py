"""Who may see expressions of interest: the staff who handle them, and those who sent one, their own."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from liaison.accounts.access import require
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.lib.refusals import Missing
from liaison.support.models import Interest


def handles_interests(actor: Identity) -> bool:
    return actor.is_staff and actor.may(Privilege.STAFF_HANDLE_INTEREST)


def interests_for(actor: Identity) -> QuerySet[Interest]:
    """Return all of them for staff; other staff are refused, for everybody else there is nothing (invariant 6)."""
    if not actor.is_staff:
        raise Missing
    require(actor, Privilege.STAFF_HANDLE_INTEREST)
    return Interest.objects.all()


def interest_for(actor: Identity, public_id: str) -> Interest:
    """Return one for staff who handle them, else raise Missing or Forbidden."""
    people = ("asked_by__domain__account", "decided_by", "account")
    found = interests_for(actor).select_related(*people).filter(public_id=public_id.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


def own_interests(actor: Identity) -> QuerySet[Interest]:
    """Return what the reader sent, and what their account came from, the newest first."""
    mine = Q(asked_by=actor) | Q(account=actor.account)
    return Interest.objects.filter(mine).order_by("-pk")
