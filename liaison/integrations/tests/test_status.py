"""Disabling and restoring: by whom, why, what follows, and from when on it is judged."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.actors import System
from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.health.models import Incident
from liaison.integrations import actions, edges, launching
from liaison.integrations.models import Integration, Status
from liaison.integrations.testing import environment_of, make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Invalid
from liaison.notifications.models import Announcement
from liaison.notifications.registry import Subject

pytestmark = pytest.mark.django_db
RULES = System("rules")
Seen = list[tuple[str, Status, Status, datetime]]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Seen:
    seen: Seen = []
    monkeypatch.setattr(edges, "_followers", [])
    edges.register(lambda one, before, after, now: seen.append((one.public_id, before, after, now)))
    return seen


def test_every_change_of_the_status_is_followed_in_its_transaction(cast: Cast, followed: Seen) -> None:
    """S5: at both edges of a pause, and of a disablement, what is open is judged again."""
    now = utc_now()
    integration = make_launched(cast.partner)
    actions.pause_integration(actor=cast.owner, integration=integration, now=now)
    actions.resume_integration(actor=cast.owner, integration=integration, now=now)
    actions.disable_integration(actor=cast.administrator, integration=integration, now=now)
    actions.restore_integration(actor=cast.administrator, integration=integration, now=now)
    live, paused, disabled = Status.LIVE, Status.PAUSED, Status.DISABLED
    edges_seen = [(live, paused), (paused, live), (live, disabled), (disabled, live)]
    assert followed == [(integration.public_id, before, after, now) for before, after in edges_seen]


def test_it_is_judged_from_the_moment_on_which_it_became_live(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """S6: nothing alarms for what was already down before a launch, the end of a pause, or a return."""
    monkeypatch.setattr(launching, "_objections", [])
    now = utc_now()
    integration = make_integration(cast.partner)
    launched = actions.launch_integration(actor=cast.administrator, integration=integration, now=now)
    assert launched.judged_from == now
    later = now + timedelta(hours=1)
    paused = actions.pause_integration(actor=cast.owner, integration=integration, now=later)
    assert paused.judged_from == now
    resumed = actions.resume_integration(actor=cast.owner, integration=integration, now=later)
    assert resumed.judged_from == later
    latest = later + timedelta(hours=1)
    assert actions.disable_integration(actor=RULES, integration=integration, now=latest).judged_from == later
    assert actions.restore_integration(actor=RULES, integration=integration, now=latest).judged_from == latest


def test_it_remembers_the_rule_that_disabled_it_until_it_is_live_again(cast: Cast) -> None:
    now = utc_now()
    integration = make_launched(cast.partner)
    disabled = actions.disable_integration(
        actor=RULES, integration=integration, because_of_rule="health_check_down", now=now
    )
    assert (disabled.status, disabled.disabled_by_rule) == (Status.DISABLED, "health_check_down")
    event = Event.objects.get(kind=Happened.INTEGRATION_DISABLED)
    assert (event.actor_id, event.facts) == ("rules", {"rule": "health_check_down"})
    restored = actions.restore_integration(actor=RULES, integration=integration, now=now)
    assert restored.disabled_by_rule == ""


def test_it_keeps_why_staff_disabled_it(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    reason = "Every booking fails\nsince noon."
    disabled = actions.disable_integration(
        actor=cast.administrator, integration=integration, reason=reason, now=utc_now()
    )
    assert disabled.disabled_reason == "Every booking fails since noon."
    assert Event.objects.get(kind=Happened.INTEGRATION_DISABLED).facts == {"reason": disabled.disabled_reason}
    with pytest.raises(Invalid):
        actions.disable_integration(
            actor=cast.administrator, integration=make_launched(cast.elsewhere), reason="x" * 501, now=utc_now()
        )


def _announced() -> list[tuple[str, str, str]]:
    rows = Announcement.objects.filter(subject_kind__in=["incident", "integration"]).order_by("pk")
    return [(one.subject_kind, one.subject_id, one.facts["event"]) for one in rows]


def test_it_tells_of_an_incident_where_one_says_why(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One emergency has one escalation: it is the incident's, and it ends with the return."""
    integration = make_launched(cast.partner)
    incident = _incident(integration)
    about = Subject("incident", str(incident.pk), integration.account_id, {"event": "disabled"})
    monkeypatch.setattr(edges, "_followers", [])
    now = utc_now()
    actions.disable_integration(
        actor=RULES, integration=integration, because_of_rule="health_check_down", about=about, now=now
    )
    assert _announced() == [("incident", str(incident.pk), "disabled")]
    Incident.objects.update(state="resolved", resolved_at=now)
    over = Subject("incident", str(incident.pk), integration.account_id, {"event": "resolved"})
    actions.restore_integration(actor=RULES, integration=integration, about=over, now=now)
    assert _announced()[1:] == [("incident", str(incident.pk), "resolved")]


def _incident(integration: Integration) -> Incident:
    now = utc_now()
    return Incident.objects.create(
        environment=environment_of(integration),
        source="rules",
        dedup_key="rules:check",
        title="",
        severity="critical",
        state="firing",
        started_at=now,
        received_at=now,
        last_received_at=now,
    )
