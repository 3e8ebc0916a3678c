"""The auditor's look: count, judge, keep the verdict, alarm the staff."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError, transaction

from liaison.catalog.vocabulary import Topic
from liaison.notifications import engine
from liaison.notifications.actions import announce
from liaison.notifications.auditing import reading
from liaison.notifications.auditing.checks import registered_checks
from liaison.notifications.auditing.judging import Finding, Seen, Verdict, judge
from liaison.notifications.auditing.vocabulary import AUDIT_SUBJECT, Trouble
from liaison.notifications.models import Announcement, DeliveryAudit
from liaison.notifications.registry import Subject, registered_topics
from liaison.notifications.rows import subject_of

KEEP_AUDITS: Final = timedelta(days=1)
_LOOK_AT_ALL_EVERY: Final = timedelta(hours=1)
_NEWEST_DELIVERIES: Final = 5_000
_NEWEST_ANNOUNCEMENTS: Final = 50_000
_MOST_PLANNED_AGAIN: Final = 50
_SETTLED: Final = timedelta(minutes=3)

logger = logging.getLogger(__name__)


class Auditor:
    """Looks at everything that is owed. It remembers how far it has looked only to look less; the truth is in rows."""

    def __init__(self) -> None:
        self._looked_at_all: datetime | None = None
        self._planned_up_to: int | None = None
        self._unplanned: dict[int, datetime] = {}
        self._newest: deque[tuple[datetime, int]] = deque()

    def look(self, now: datetime) -> DeliveryAudit:
        """Audit all deliveries, keep what was found, and alarm the staff of what is news to them."""
        seen = tuple(self._see(now))
        with transaction.atomic():
            newest = DeliveryAudit.objects.order_by("-at").first()
            verdict = judge(seen, findings_of(newest) if newest else {}, now)
            audit = DeliveryAudit.objects.create(
                at=now, passed=verdict.passed, findings={one.trouble.value: _kept(one) for one in verdict.findings}
            )
            if verdict.alarm:
                _alarm(audit, verdict, now)
            DeliveryAudit.objects.filter(at__lt=now - KEEP_AUDITS).delete()
        return audit

    def _see(self, now: datetime) -> Iterator[Seen]:
        yield from reading.overdue(now)
        yield reading.stuck(now)
        yield from reading.put_off(now)
        yield from reading.not_arrived(now)
        yield self._left_behind(now)
        yield reading.escalations_overdue(now)
        yield reading.alarms_that_failed(now)
        yield self._not_planned(now)
        for check in registered_checks():
            yield check(now)

    def _left_behind(self, now: datetime) -> Seen:
        """Look at the newest deliveries, and once an hour at all."""
        if self._looked_at_all is None or now - self._looked_at_all >= _LOOK_AT_ALL_EVERY:
            seen = reading.left_behind(None)
            # What was found there is looked for again at once, until it is gone.
            self._looked_at_all = None if seen.count else now
            return seen
        return reading.left_behind(_NEWEST_DELIVERIES)

    def _not_planned(self, now: datetime) -> Seen:
        """Plan again what owes nobody anything: that is right where a rule keeps it quiet, and a loss elsewhere."""
        last = Announcement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if self._planned_up_to is None:
            self._planned_up_to = max(0, last - _NEWEST_ANNOUNCEMENTS)
        candidates = self._candidates(self._planned_up_to, now)
        for announcement in candidates:
            self._planned_up_to = max(self._planned_up_to, announcement.pk)
            if _owes_somebody(announcement, now):
                self._unplanned[announcement.pk] = announcement.at
            else:
                self._unplanned.pop(announcement.pk, None)
        if len(candidates) < _MOST_PLANNED_AGAIN:
            self._move_on(last, now)
        return Seen(Trouble.UNPLANNED, len(self._unplanned), min(self._unplanned.values(), default=None))

    def _move_on(self, last: int, now: datetime) -> None:
        """Leave behind what was the newest a while ago: by now even a slow transaction has shown its rows."""
        self._newest.append((now, last))
        while self._newest and now - self._newest[0][0] > _SETTLED:
            self._planned_up_to = max(self._planned_up_to or 0, self._newest.popleft()[1])

    def _candidates(self, after: int, now: datetime) -> list[Announcement]:
        again = reading.announcements_without_deliveries(0, now).filter(pk__in=list(self._unplanned))
        found = {one.pk: one for one in again}
        for gone in self._unplanned.keys() - found.keys():
            del self._unplanned[gone]
        return [*found.values(), *reading.announcements_without_deliveries(after, now)[:_MOST_PLANNED_AGAIN]]


def findings_of(audit: DeliveryAudit) -> Mapping[Trouble, Finding]:
    """Return what an audit says, by kind; kinds that this version does not know are left out."""
    known = set(Trouble)
    return {
        Trouble(kind): Finding(Trouble(kind), said["count"], _moment(said["since"]), _moment(said["alarmed_at"]))
        for kind, said in audit.findings.items()
        if kind in known
    }


def _kept(finding: Finding) -> dict[str, Any]:
    return {
        "count": finding.count,
        "since": finding.since.isoformat() if finding.since else None,
        "alarmed_at": finding.alarmed_at.isoformat() if finding.alarmed_at else None,
    }


def _moment(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(kept)


def _alarm(audit: DeliveryAudit, verdict: Verdict, now: datetime) -> None:
    """Tell the staff. When even that fails, the verdict is kept all the same, and pages show it."""
    if Topic.STAFF_ALARM not in registered_topics():
        return
    troubles = {one.trouble.value: one.count for one in verdict.findings if one.trouble in verdict.alarm}
    logger.warning("The audit of the deliveries found trouble: %s.", troubles)
    try:
        with transaction.atomic():
            subject = Subject(AUDIT_SUBJECT, str(audit.pk), None, {"troubles": troubles})
            announce((Topic.STAFF_ALARM,), subject, now=now)
            DeliveryAudit.objects.filter(pk=audit.pk).update(alarmed_at=now)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("The staff could not be alarmed of what the audit found.")


def _owes_somebody(announcement: Announcement, now: datetime) -> bool:
    """Say whether planning it again finds somebody who is to be told, or nobody although somebody should be."""
    try:
        outcome = engine.plan_for(tuple(map(Topic, announcement.topics)), subject_of(announcement), now)
    except DatabaseError:
        raise
    except Exception:
        # What it was about may be gone; then nobody can be told of it any more.
        logger.exception("Announcement %s cannot be planned again.", announcement.public_id)
        return False
    return bool(outcome.told or outcome.nobody)
