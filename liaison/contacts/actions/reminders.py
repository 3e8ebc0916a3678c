"""Reminding an account's administrators of what its contact information lacks (R: onboarding reminder)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from liaison.accounts.actors import System
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind
from liaison.audit.actions import record
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField, Topic
from liaison.contacts.state import needs_attention, state_of
from liaison.integrations.models import Stage
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject

REMINDED_EVERY: Final = timedelta(days=7)
SUBJECT_KIND: Final = "contact_information"
_TICKER: Final = System("ticker")


def remind_of_onboarding(*, now: datetime) -> int:
    """Remind each account whose contact information needs attention, at most once in seven days. For the ticker.

    Returns how many accounts were reminded. Each is a transaction of its own; two tickers never remind twice.
    """
    candidates = (
        Account.objects.filter(kind=AccountKind.PARTNER, integrations__stage__in=(Stage.INTEGRATING, Stage.LAUNCHED))
        .exclude(pk__in=_reminded_since(now - REMINDED_EVERY))
        .order_by("pk")
        .distinct()
    )
    return sum(_remind(account, now) for account in list(candidates))


def announce_reminder(account: Account, missing: tuple[ContactField, ...], now: datetime) -> None:
    """Announce the reminder and keep that it was sent, in the caller's transaction."""
    record(
        Happened.ONBOARDING_REMINDED,
        actor=_TICKER.audit_ref,
        subject=account.audit_ref,
        account_id=account.pk,
        facts={"missing": [field.value for field in missing]},
        now=now,
    )
    announce((Topic.ONBOARDING_REMINDER,), reminder_subject(account), now=now)


def reminder_subject(account: Account) -> Subject:
    return Subject(kind=SUBJECT_KIND, id=str(account.pk), account_id=account.pk)


def _remind(account: Account, now: datetime) -> bool:
    with transaction.atomic():
        locked = Account.objects.select_for_update(skip_locked=True).filter(pk=account.pk).first()
        if locked is None or locked.pk in _reminded_since(now - REMINDED_EVERY):
            return False
        state = state_of(locked.pk)
        if not needs_attention(state, now):
            return False
        announce_reminder(locked, state.missing, now)
    return True


def _reminded_since(moment: datetime) -> list[int]:
    reminded = Event.objects.filter(kind=Happened.ONBOARDING_REMINDED, at__gt=moment)
    return [account_id for account_id in reminded.values_list("account_id", flat=True) if account_id]
