"""The stored history of integrations, read once, for rules to be tried on. Reads only; no finding is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from liaison.catalog.rulelimits import OF_CALLS
from liaison.catalog.rules import Measure, Rule
from liaison.detection.facts import Reading
from liaison.detection.series import Calls, Failures, MinuteCounts, reading_of_calls
from liaison.detection.shadow import Past, Stretch
from liaison.feeds.models import Feed, FeedRun
from liaison.integrations.models import Environment, EnvironmentName, Integration, Pause, PauseState
from liaison.probes.counters import Counters, counted
from liaison.probes.models import CheckOutcome, CheckResult, HealthCheck
from liaison.signals.models import FAILURES, ErrorMinute, Minute, Outcome

STRETCH: Final = timedelta(days=7)
"""How far back rules are tried."""
_BEFORE: Final = timedelta(days=1)  # the longest window of a rule
_USUAL: Final = timedelta(days=8)  # what silence is measured by
_FEEDS: Final = {Measure.FEED_ERROR_RATE, Measure.FEED_STALE_SHARE, Measure.FEED_MISSING}
_CHECKS: Final = {Measure.CHECK_FAILING, Measure.CHECK_UNANSWERED}
_STALE_AFTER: Final = 3
_COLUMNS: Final = ("minute", "calls", "errors", "unanswered", "declined", "latency_calls", "latency_ms")


def can_be_tried(rule: Rule) -> bool:
    """Say whether what the rule looks at is kept: of heartbeats only the last one is."""
    return rule.measure is not Measure.HEARTBEAT_MISSING


def pasts_of(rule: Rule, integration: Integration, start: datetime, end: datetime) -> list[Past]:
    """Return everything of the integration's production that the rule looks at, with its history in [start, end)."""
    environment = Environment.objects.get(integration=integration, name=EnvironmentName.PRODUCTION)
    known = partial(
        Past,
        environment.pk,
        counts_from=integration.launched_at,
        pauses=_pauses_of(integration),
    )
    if rule.measure in OF_CALLS:
        found = _calls_of(rule, environment, start, end)
    elif rule.measure in _FEEDS:
        found = _feeds_of(environment, start, end)
    elif rule.measure in _CHECKS:
        found = _checks_of(environment, start, end)
    else:
        found = iter(())
    return [known(scope, read) for scope, read in found]


def _pauses_of(integration: Integration) -> list[Stretch]:
    rows = Pause.objects.filter(integration=integration, state__in=[PauseState.RUNNING, PauseState.OVER])
    return [Stretch(row.starts_at, row.over_at) for row in rows.order_by("starts_at")]


def _calls_of(rule: Rule, environment: Environment, start: datetime, end: datetime) -> Iterator[tuple[str, Any]]:
    before = _USUAL if rule.measure is Measure.SILENCE else _BEFORE
    rows: dict[str, list[MinuteCounts]] = {}
    minutes = Minute.objects.filter(environment=environment, minute__gte=start - before, minute__lt=end)
    failures = ErrorMinute.objects.filter(environment=environment, minute__gte=start - before, minute__lt=end)
    if rule.actions:
        minutes, failures = minutes.filter(action__in=rule.actions), failures.filter(action__in=rule.actions)
    for action, *numbers in minutes.order_by("minute").values_list("action", *_COLUMNS):
        rows.setdefault(action, []).append(MinuteCounts(*numbers))
    failed = _failures_of(failures) if rule.min_merchants else {}
    if not rule.together:
        for action in sorted(rows):
            yield action, _CallsRead(Calls(rows[action], failed.get(action, ())))
    elif rows:
        together = [row for each in rows.values() for row in each]
        yield rule.key, _CallsRead(Calls(together, [one for each in failed.values() for one in each]))


def _failures_of(rows: Any) -> dict[str, list[Failures]]:
    found: dict[str, list[Failures]] = {}
    kinds = [*FAILURES, Outcome.DECLINED]
    for action, minute, merchant, outcome in rows.filter(outcome__in=kinds).values_list(
        "action", "minute", "merchant", "outcome"
    ):
        found.setdefault(action, []).append(Failures(minute, merchant, is_decline=outcome == Outcome.DECLINED))
    return found


@dataclass(frozen=True, slots=True)
class _CallsRead:
    calls: Calls

    def __call__(self, rule: Rule, end: datetime, since: datetime | None) -> Reading:
        return reading_of_calls(rule, self.calls, end, since)


def _feeds_of(environment: Environment, start: datetime, end: datetime) -> Iterator[tuple[str, Any]]:
    for feed in Feed.objects.filter(environment=environment, is_watched=True).order_by("name"):
        ended = FeedRun.objects.filter(feed=feed, ended_at__isnull=False, ended_at__lt=end).order_by("ended_at")
        earlier = ended.filter(ended_at__lt=start).last()
        runs = [*([earlier] if earlier else []), *ended.filter(ended_at__gte=start)]
        yield feed.name, _FeedRead(feed, [run.ended_at for run in runs if run.ended_at], runs)


@dataclass(frozen=True, slots=True)
class _FeedRead:
    feed: Feed
    moments: Sequence[datetime]
    runs: Sequence[FeedRun]

    def __call__(self, rule: Rule, end: datetime, since: datetime | None) -> Reading:
        place = bisect_right(self.moments, end)
        run = self.runs[place - 1] if place else None
        if rule.measure is Measure.FEED_MISSING:
            last = self.moments[place - 1] if place else self.feed.created_at
            return Reading(end, since, last_run_ended=last, expected_every_seconds=self.feed.expected_every * 60)
        if run is None:
            return Reading(end, since)
        return Reading(
            end,
            since,
            entities=run.entities,
            failed_entities=run.errors,
            stale_entities=run.stale_entities,
            last_run_ended=run.ended_at,
        )


def _checks_of(environment: Environment, start: datetime, end: datetime) -> Iterator[tuple[str, Any]]:
    check = HealthCheck.objects.filter(environment=environment, is_on=True).first()
    if check is None:
        return
    rows = CheckResult.objects.filter(check_made=check, at__gte=start - _BEFORE, at__lt=end).order_by("at", "pk")
    moments, states, counters = [], [], Counters()
    pace = timedelta(seconds=check.interval_seconds)
    for at, outcome in rows.values_list("at", "outcome"):
        counters = counted(counters, CheckOutcome(outcome), at, pace)
        moments.append(at)
        states.append(counters)
    yield "", _CheckRead(check, moments, states)


@dataclass(frozen=True, slots=True)
class _CheckRead:
    check: HealthCheck
    moments: Sequence[datetime]
    states: Sequence[Counters]

    def __call__(self, rule: Rule, end: datetime, since: datetime | None) -> Reading:
        place = bisect_right(self.moments, end)
        if not place or end - self.moments[place - 1] > self._stale_after():
            return Reading(end, since)
        state = self.states[place - 1]
        unanswered = state.unanswered_in_a_row
        if since is not None and state.failing_since is not None and state.failing_since < since:
            unanswered = min(unanswered, place - bisect_right(self.moments, since))
        return Reading(end, since, failing_since=state.failing_since, unanswered_in_a_row=unanswered)

    def _stale_after(self) -> timedelta:
        said = timedelta(seconds=self.check.interval_seconds * _STALE_AFTER + self.check.timeout_seconds)
        return max(said, timedelta(minutes=5))
