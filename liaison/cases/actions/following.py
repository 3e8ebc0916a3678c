"""The verbs of following a case, and of not hearing of it any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.models import Identity
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.cases import access
from liaison.cases.models import Case, Follow
from liaison.cases.vocabulary import CaseRight


@transaction.atomic
def follow_case(*, actor: Identity, case: Case, now: datetime) -> None:
    """Hear of every update of a case that the actor sees. Raises Missing."""
    access.require(actor, case, CaseRight.READ, now)
    _choose(actor, case, now, is_following=True)


@transaction.atomic
def unfollow_case(*, actor: Identity, case: Case, now: datetime) -> None:
    """Hear nothing of a case any more, for whatever reason one would (R5).

    Whoever does not see the case any more may say so too: it is about their own mail.
    """
    _choose(actor, case, now, is_following=False)


def _choose(actor: Identity, case: Case, now: datetime, *, is_following: bool) -> None:
    wanted = {"is_following": is_following, "since": now}
    found, is_new = Follow.objects.select_for_update().get_or_create(case=case, identity=actor, defaults=wanted)
    if not is_new and found.is_following == is_following:
        return
    found.is_following, found.since = is_following, now
    found.save(update_fields=["is_following", "since"])
    record(
        Happened.CASE_FOLLOWED if is_following else Happened.CASE_UNFOLLOWED,
        actor=actor.audit_ref,
        subject=case.subject_ref,
        account_id=case.account_id,
        now=now,
    )
