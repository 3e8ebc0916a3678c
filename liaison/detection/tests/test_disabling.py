"""A rule may disable an integration, and restores it once it is healthy again (issue 5, W9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.testing import TESTS, Cast
from liaison.detection.models import Finding, FindingState
from liaison.detection.testing import MINUTE, judge_at
from liaison.detection.tests.scene import (
    COLLEAGUE,
    ENGINEER,
    OWNER,
    PAGER,
    START,
    heard,
    only,
    said_about,
    status_of,
)
from liaison.health.models import Incident, IncidentState
from liaison.integrations import actions as integrations
from liaison.integrations.models import Environment, EnvironmentName, Integration, Status
from liaison.integrations.testing import environment_of
from liaison.notifications.models import Escalation, EscalationState
from liaison.probes.models import HealthCheck
from liaison.probes.testing import make_check, make_failing, make_healthy

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(production: Environment) -> HealthCheck:
    """A check that was healthy until the start; its rules alone are on."""
    only("check_failing", "check_failing_long", "check_unanswered")
    return make_healthy(make_check(production, now=START - timedelta(hours=1)), START)


def keep_failing(check: HealthCheck, since: datetime, until: datetime, *, unanswered: bool = False) -> None:
    """Let every request of a minute fail, and judge each minute."""
    end = since
    while end < until:
        end += MINUTE
        times = int((end - since) / MINUTE)
        make_failing(check, since, times, unanswered=unanswered)
        HealthCheck.objects.filter(pk=check.pk).update(last_at=end)
        judge_at(end)


def keep_healthy(check: HealthCheck, since: datetime, minutes: int) -> datetime:
    for number in range(1, minutes + 1):
        make_healthy(check, since + number * MINUTE, number)
        judge_at(since + number * MINUTE)
    return since + minutes * MINUTE


def test_five_requests_without_an_answer_disable_it_in_one_announcement(
    check: HealthCheck, integration: Integration, cast: Cast
) -> None:
    """One emergency has one announcement and one escalation: that it is disabled, with the evidence."""
    keep_failing(check, START, START + 5 * MINUTE, unanswered=True)
    found = Integration.objects.get(pk=integration.pk)
    assert (found.status, found.disabled_by_rule) == (Status.DISABLED, "check_unanswered")
    assert said_about(cast.partner) == [("incident", "disabled", tuple(sorted((OWNER, COLLEAGUE, PAGER))))]
    incident = Incident.objects.get()
    assert (incident.severity, incident.facts["disabled"], incident.is_quiet) == ("critical", True, False)
    assert Escalation.objects.get().state == EscalationState.RUNNING


def test_an_hour_of_failures_tells_first_and_then_disables(
    check: HealthCheck, integration: Integration, cast: Cast
) -> None:
    keep_failing(check, START, START + 30 * MINUTE)
    assert status_of(integration) == Status.LIVE
    keep_failing(check, START, START + 61 * MINUTE)
    assert status_of(integration) == Status.DISABLED
    assert [event for event, _ in heard(integration)] == ["opened", "disabled"]
    assert Incident.objects.count() == 1
    assert said_about(cast.partner)[0][2] == tuple(sorted((OWNER, COLLEAGUE, ENGINEER)))


def test_more_proof_of_the_same_problem_is_no_news_while_it_is_disabled(
    check: HealthCheck, integration: Integration
) -> None:
    keep_failing(check, START, START + 90 * MINUTE, unanswered=True)
    assert [event for event, _ in heard(integration)] == ["disabled"]
    rules = {one["rule"] for one in Incident.objects.get().facts["findings"]}
    assert rules == {"check_failing", "check_failing_long", "check_unanswered"}


def test_it_is_restored_by_itself_once_it_is_healthy(check: HealthCheck, integration: Integration, cast: Cast) -> None:
    """Restored automatically when healthy; who heard that it was disabled hears that it is live again, once."""
    keep_failing(check, START, START + 70 * MINUTE)
    keep_healthy(check, START + 70 * MINUTE, 10)
    found = Integration.objects.get(pk=integration.pk)
    assert (found.status, found.disabled_by_rule) == (Status.LIVE, "")
    assert [event for event, _ in heard(integration)] == ["opened", "disabled", "resolved"]
    assert said_about(cast.partner)[-1][2] == tuple(sorted((OWNER, COLLEAGUE, PAGER, ENGINEER)))
    assert Incident.objects.get().state == IncidentState.RESOLVED
    assert Escalation.objects.get().state == EscalationState.RESOLVED


def test_what_staff_disabled_is_theirs_to_restore(check: HealthCheck, integration: Integration) -> None:
    """W9: only what a rule disabled comes back by itself."""
    keep_failing(check, START, START + 15 * MINUTE)
    integrations.disable_integration(actor=TESTS, integration=integration, now=START + 15 * MINUTE)
    keep_failing(check, START, START + 70 * MINUTE)
    keep_healthy(check, START + 70 * MINUTE, 10)
    assert status_of(integration) == Status.DISABLED
    assert Incident.objects.get().state == IncidentState.RESOLVED


def test_what_staff_restored_is_not_disabled_again_by_the_same_finding(
    check: HealthCheck, integration: Integration
) -> None:
    keep_failing(check, START, START + 6 * MINUTE, unanswered=True)
    integrations.restore_integration(actor=TESTS, integration=integration, now=START + 6 * MINUTE)
    now = START + 6 * MINUTE
    for number in range(1, 30):
        make_failing(check, START, 6 + number)
        HealthCheck.objects.filter(pk=check.pk).update(last_at=now + number * MINUTE)
        judge_at(now + number * MINUTE)
    assert status_of(integration) == Status.LIVE


def test_whoever_heard_that_a_rule_disabled_it_hears_that_staff_set_it_live(
    check: HealthCheck, integration: Integration, cast: Cast
) -> None:
    """Restoring is told (S5), also where the incident goes on and people do it."""
    keep_failing(check, START, START + 6 * MINUTE, unanswered=True)
    before = said_about(cast.partner)
    integrations.restore_integration(actor=TESTS, integration=integration, now=START + 6 * MINUTE)
    (told,) = said_about(cast.partner)[len(before) :]
    assert told == ("integration", "restored", before[-1][2])
    integrations.disable_integration(actor=TESTS, integration=integration, now=START + 7 * MINUTE)
    integrations.restore_integration(actor=TESTS, integration=integration, now=START + 8 * MINUTE)
    assert [event for _, event, _ in said_about(cast.partner)[-2:]] == ["disabled", "restored"]


def test_taking_the_check_away_does_not_set_it_live(check: HealthCheck, integration: Integration) -> None:
    """S5: a disabled integration is set live by the operator or a rule, never by the partner."""
    keep_failing(check, START, START + 6 * MINUTE, unanswered=True)
    HealthCheck.objects.filter(pk=check.pk).update(is_on=False)
    for number in range(7, 30):
        judge_at(START + number * MINUTE)
    assert status_of(integration) == Status.DISABLED
    assert Finding.objects.get(rule="check_unanswered").state == FindingState.FIRING


def test_a_check_that_we_no_longer_make_proves_nothing(check: HealthCheck, integration: Integration) -> None:
    """Our own standstill disables nobody: one failed request an hour ago is no hour of failures."""
    make_failing(check, START + MINUTE, 1)
    for number in range(1, 90):
        judge_at(START + number * MINUTE)
    assert status_of(integration) == Status.LIVE
    assert heard(integration) == []


def test_the_check_of_a_sandbox_disables_nothing(integration: Integration) -> None:
    only("check_unanswered")
    sandbox = environment_of(integration, EnvironmentName.SANDBOX)
    keep_failing(make_check(sandbox, now=START), START, START + 10 * MINUTE, unanswered=True)
    assert status_of(integration) == Status.LIVE
    assert heard(integration) == [("opened", False)]
