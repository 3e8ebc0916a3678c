"""The auditor hears of problems in production of which nothing was announced (R3, R4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.testing import make_partner
from liaison.catalog.vocabulary import Severity
from liaison.health.audit import unannounced_incidents
from liaison.health.models import Incident, IncidentState
from liaison.integrations.models import EnvironmentName
from liaison.integrations.testing import environment_of, make_launched
from liaison.lib.clock import utc_now
from liaison.notifications.auditing.auditor import Auditor, findings_of
from liaison.notifications.auditing.vocabulary import Trouble
from liaison.notifications.models import Announcement

pytestmark = pytest.mark.django_db


def an_incident(now: datetime, environment: EnvironmentName = EnvironmentName.PRODUCTION, **values: object) -> Incident:
    """Return an incident as a mistake would leave it: stored, and nothing announced."""
    fields = {"received_at": now - timedelta(minutes=2), "severity": Severity.WARNING, **values}
    return Incident.objects.create(
        environment=environment_of(make_launched(make_partner()), environment),
        source="alertmanager",
        dedup_key="a",
        title="Bookings fail",
        started_at=now,
        last_received_at=now,
        **fields,
    )


def test_a_problem_that_was_never_announced_is_serious() -> None:
    now = utc_now()
    incident = an_incident(now)
    seen = unannounced_incidents(now)
    assert (seen.trouble, seen.count, seen.since) == (Trouble.UNANNOUNCED, 1, incident.received_at)
    audit = Auditor().look(now)
    assert not audit.passed
    assert set(findings_of(audit)) == {Trouble.UNANNOUNCED}
    Announcement.objects.create(
        topics=["production_alert"], subject_kind="incident", subject_id=str(incident.pk), at=now, nobody_for=["x"]
    )
    assert unannounced_incidents(now).count == 0


@pytest.mark.parametrize(
    ("environment", "age", "is_over"),
    [
        (EnvironmentName.SANDBOX, timedelta(minutes=2), False),
        (EnvironmentName.PRODUCTION, timedelta(minutes=2), True),
        (EnvironmentName.PRODUCTION, timedelta(seconds=59), False),
        (EnvironmentName.PRODUCTION, timedelta(days=2), False),
    ],
)
def test_what_need_not_be_announced_is_none(environment: EnvironmentName, age: timedelta, is_over: bool) -> None:
    now = utc_now()
    ended = {"state": IncidentState.RESOLVED, "resolved_at": now} if is_over else {}
    an_incident(now, environment, received_at=now - age, **ended)
    assert unannounced_incidents(now).count == 0
