"""Ending case mails by the link of one of them, without signing in (R5)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actions import change_mail_choices
from liaison.accounts.vocabulary import MailWish
from liaison.cases import sharing
from liaison.cases.actions.following import unfollow_case
from liaison.cases.letters.unsubscribing import Unsubscribing, unsubscribing_of
from liaison.catalog.vocabulary import Topic
from liaison.lib.refusals import Missing


@transaction.atomic
def end_case_mails(*, token: str, now: datetime) -> Unsubscribing:
    """Send whoever holds the link nothing more about its case, or about any case. Twice is once. Raises Missing."""
    found = unsubscribing_of(token)
    if found is None:
        raise Missing
    if found.share is not None:
        sharing.become_quiet(found.share, everywhere=found.case is None, now=now)
    elif found.identity is not None and found.case is not None:
        unfollow_case(actor=found.identity, case=found.case, now=now)
    elif found.identity is not None:
        change_mail_choices(actor=found.identity, wishes={Topic.CASE_UPDATE: MailWish.NOTHING}, now=now)
    return found
