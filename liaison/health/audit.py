"""What the auditor asks this room: problems in production that go on, and of which nothing was announced."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import CharField, Count, Exists, Min, OuterRef
from django.db.models.functions import Cast

from liaison.catalog.loader import severities
from liaison.health.models import Incident
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import EnvironmentName
from liaison.notifications.auditing.judging import Seen
from liaison.notifications.auditing.vocabulary import Trouble
from liaison.notifications.models import Announcement

_SETTLED: Final = timedelta(seconds=60)
_A_DAY: Final = timedelta(days=1)


def unannounced_incidents(now: datetime) -> Seen:
    """Count the open incidents in production of the last day that raise a topic and were never announced.

    Apart from those of which nobody is to be told on purpose. What a pause or the sandbox kept quiet was announced.
    """
    told_of = [severity for severity, entry in severities().items() if entry.raises]
    announced = Announcement.objects.filter(
        subject_kind=SubjectKind.INCIDENT, subject_id=Cast(OuterRef("pk"), CharField(max_length=64))
    )
    forgotten = Incident.objects.filter(
        ~Exists(announced),
        resolved_at=None,
        is_quiet=False,
        severity__in=told_of,
        environment__name=EnvironmentName.PRODUCTION,
        received_at__lt=now - _SETTLED,
        received_at__gt=now - _A_DAY,
    )
    found = forgotten.order_by().aggregate(count=Count("pk"), since=Min("received_at"))
    return Seen(Trouble.UNANNOUNCED, found["count"], found["since"])
