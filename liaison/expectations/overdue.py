"""What is overdue: asked for again, one field further each time, by the ticker (S7)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction

from liaison.accounts.actors import System
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import Topic
from liaison.expectations.asking import about, close_about
from liaison.expectations.dues import workdays_of
from liaison.expectations.models import Expectation
from liaison.expectations.pace import next_repeat
from liaison.expectations.subjects import handler_of_kind, kinds
from liaison.expectations.vocabulary import OVERDUE, ClosedBecause

MOST_AT_ONCE: Final = 500
_LOOK_AGAIN: Final = timedelta(minutes=5)
_TICKER: Final = System("ticker")

logger = logging.getLogger(__name__)


def pass_overdue(now: datetime) -> int:
    """Ask again for what is overdue, the longest overdue first; return how often. For the ticker.

    Each in a transaction of its own; one that breaks is logged, stays due, and stops no other. What is over is closed,
    and what is quiet now is looked at again later.
    """
    rows = Expectation.objects.filter(repeat_at__lte=now, subject_kind__in=list(kinds())).order_by("repeat_at", "pk")
    passed = 0
    for key, kind, subject_id in list(rows.values_list("pk", "subject_kind", "subject_id")[:MOST_AT_ONCE]):
        try:
            passed += _pass(key, kind, subject_id, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("What is expected (%s) could not be asked for again; it stays due.", key)
    return passed


def overdue_facts_of(expectation: Expectation) -> dict[str, Any]:
    """Return what an announcement says of an overdue answer: it stands in the facts of the subject."""
    return {
        "event": OVERDUE,
        "expectation": expectation.pk,
        "topic": expectation.topic,
        "passed": expectation.passed,
        "due_at": expectation.due_at.isoformat(),
    }


def is_about_overdue(facts: Mapping[str, Any]) -> bool:
    """Say whether an announcement with these facts says that an answer is overdue."""
    return facts.get("event") == OVERDUE


def is_still_overdue(facts: Mapping[str, Any]) -> bool:
    """Say whether nobody has answered since it was announced that the answer is overdue."""
    return Expectation.objects.filter(
        pk=facts["expectation"], closed_at=None, due_at=datetime.fromisoformat(facts["due_at"])
    ).exists()


def _pass(key: int, kind: str, subject_id: str, now: datetime) -> bool:
    handler = handler_of_kind(kind)
    with transaction.atomic():
        handler.lock(subject_id)
        rows = Expectation.objects.select_for_update(no_key=True, of=("self",)).select_related("account")
        locked = rows.filter(pk=key, repeat_at__lte=now).first()
        if locked is None:
            return False
        if handler.is_over(subject_id):
            close_about(
                subject_kind=kind,
                subject_ids=[subject_id],
                because=ClosedBecause.OVER,
                actor=_TICKER.audit_ref,
                now=now,
            )
            return False
        if handler.is_quiet(subject_id):
            locked.repeat_at = now + _LOOK_AGAIN
            locked.save(update_fields=["repeat_at"])
            return False
        _ask_again(locked, now)
        handler.repeat(locked, now=now)
    return True


def _ask_again(locked: Expectation, now: datetime) -> None:
    locked.passed += 1
    locked.repeat_at = next_repeat(Topic(locked.topic), locked.passed, now, workdays_of(locked.account, now))
    locked.save(update_fields=["passed", "repeat_at"])
    record(
        Happened.EXPECTATION_PASSED,
        actor=_TICKER.audit_ref,
        subject=locked.audit_ref,
        account_id=locked.account_id,
        facts=about(locked) | {"topic": locked.topic, "times": locked.passed},
        now=now,
    )
