"""From what is known to the readings that the rules judge. Only what a rule needs is read, each kind at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q

from liaison.catalog.rules import Measure, Rule
from liaison.detection.facts import Counts, Reading
from liaison.detection.gates import CALL_MEASURES, RATES
from liaison.detection.judging import is_reached
from liaison.detection.known import Called, Known
from liaison.detection.targets import Target
from liaison.detection.usual import read_usual_calls
from liaison.detection.windows import Span, read_merchants, read_spans
from liaison.feeds.queries import FeedState
from liaison.probes.models import HealthCheck
from liaison.probes.queries import BeatState, CheckState

_STALE_AFTER: Final = 3
"""A check that was not made for so many of its intervals says nothing any more: that is our own doing."""


def read_readings(targets: Sequence[Target], known: Known) -> list[Reading]:
    """Return the reading of each target, in their order."""
    readings = [Reading(known.end, target.since) for target in targets]
    _add_calls(readings, targets, known)
    _add_silence(readings, targets, known)
    for place, target in enumerate(targets):
        if isinstance(target.thing, FeedState):
            readings[place] = replace(readings[place], **_of_feed(target, target.thing))
        elif isinstance(target.thing, BeatState):
            readings[place] = replace(readings[place], **_of_beat(target.thing))
    _add_checks(readings, targets, known)
    return readings


def window_of(target: Target, end: datetime, minutes: int) -> Span:
    """Return the stretch of a window of the target's calls, cut where it begins to count."""
    begin = end - timedelta(minutes=minutes)
    since = begin if target.since is None else max(begin, _next_minute(target.since))
    return Span(target.place.environment_id, target.actions, min(since, end), end)


def _add_calls(readings: list[Reading], targets: Sequence[Target], known: Known) -> None:
    places = [place for place, target in enumerate(targets) if target.rule.measure in CALL_MEASURES]
    spans = [window_of(targets[place], known.end, targets[place].rule.minutes) for place in places]
    for place, counts in zip(places, read_spans(spans), strict=True):
        readings[place] = replace(readings[place], window=counts)
    burning = [place for place in places if _burns(targets[place], readings[place])]
    spans = [window_of(targets[place], known.end, targets[place].rule.long_minutes) for place in burning]
    for place, counts in zip(burning, read_spans(spans), strict=True):
        readings[place] = replace(readings[place], long_window=counts)
    _add_merchants(readings, targets, known.end)


def _add_merchants(readings: list[Reading], targets: Sequence[Target], end: datetime) -> None:
    """Count the distinct merchants where there is something to count, for a burn rate those of the long window."""
    wanted: list[tuple[int, bool]] = []
    for place, target in enumerate(targets):
        if target.rule.measure in RATES and readings[place].window is not None:
            wanted.append((place, readings[place].long_window is not None))
    spans = [window_of(targets[place], end, _minutes(targets[place].rule, is_long)) for place, is_long in wanted]
    for (place, is_long), (merchants, declined) in zip(wanted, read_merchants(spans), strict=True):
        reading = readings[place]
        counts = replace(_window(reading, is_long), merchants=merchants, declined_merchants=declined)
        readings[place] = replace(reading, long_window=counts) if is_long else replace(reading, window=counts)


def _minutes(rule: Rule, is_long: bool) -> int:
    return rule.long_minutes if is_long else rule.minutes


def _window(reading: Reading, is_long: bool) -> Counts:
    return (reading.long_window if is_long else reading.window) or Counts()


def _burns(target: Target, reading: Reading) -> bool:
    """Say whether the long window of a burn rate can make a difference: the short one is bad by itself."""
    counts = reading.window
    if target.rule.measure is not Measure.BURN_RATE or counts is None or counts.calls <= 0:
        return False
    return is_reached(target.rule, counts.errors / counts.calls / (1 - target.rule.objective))


def _add_silence(readings: list[Reading], targets: Sequence[Target], known: Known) -> None:
    silent = {
        place: target.thing
        for place, target in enumerate(targets)
        if target.rule.measure is Measure.SILENCE
        and isinstance(target.thing, Called)
        # Where no calls are expected, what was judged last goes on.
        and target.place.expects_calls
    }
    usual = read_usual_calls(list(silent.values()), known.end)
    for (place, called), calls in zip(silent.items(), usual, strict=True):
        readings[place] = replace(readings[place], last_call=called.last_minute, usual_calls=calls)


def _of_feed(target: Target, feed: FeedState) -> dict[str, Any]:
    run = feed.last_ended
    if target.rule.measure is Measure.FEED_MISSING:
        # Of a feed whose first run never came to its end the first report is the last thing that is known.
        seconds = int(feed.expected_every.total_seconds())
        return {"last_run_ended": feed.last_ended_at or feed.created_at, "expected_every_seconds": seconds}
    if run is None:
        return {}
    return {
        "entities": run.entities,
        "failed_entities": run.errors,
        "stale_entities": run.stale_entities,
        "last_run_ended": run.ended_at,
    }


def _of_beat(beat: BeatState) -> dict[str, Any]:
    seconds = int(beat.expected_every.total_seconds())
    return {"last_beat": beat.last_at or beat.created_at, "expected_every_seconds": seconds}


def _add_checks(readings: list[Reading], targets: Sequence[Target], known: Known) -> None:
    made = _made_since(targets)
    for place, target in enumerate(targets):
        if isinstance(target.thing, CheckState):
            readings[place] = replace(readings[place], **_of_check(target.thing, known.end, made))


def _of_check(check: CheckState, end: datetime, made_since: dict[int, int]) -> dict[str, Any]:
    counters = check.counters
    stale_after = timedelta(seconds=check.interval_seconds * _STALE_AFTER + check.timeout_seconds)
    # A new check that our own guard alone has answered is neither healthy nor failing: it restores nothing.
    if counters.last_at is None or check.is_healthy is None:
        return {}
    if end - counters.last_at > max(stale_after, timedelta(minutes=5)):
        return {}
    unanswered = min(counters.unanswered_in_a_row, made_since.get(check.id, counters.unanswered_in_a_row))
    return {"failing_since": counters.failing_since, "unanswered_in_a_row": unanswered}


def _made_since(targets: Sequence[Target]) -> dict[int, int]:
    """Return how many requests count, for the checks that have failed since before they count."""
    cut: dict[int, datetime] = {}
    for target in targets:
        check, since = target.thing, target.since
        if isinstance(check, CheckState) and since is not None and _began_before(check, since):
            cut[check.id] = since
    if not cut:
        return {}
    is_counted = Q()
    for pk, since in cut.items():
        is_counted |= Q(pk=pk, results__at__gte=since)
    rows = HealthCheck.objects.filter(pk__in=cut).annotate(made=Count("results", filter=is_counted))
    return dict(rows.values_list("pk", "made"))


def _began_before(check: CheckState, since: datetime) -> bool:
    return check.counters.failing_since is not None and check.counters.failing_since < since


def _next_minute(moment: datetime) -> datetime:
    """Return the first full minute that begins at the moment or after it."""
    full = moment.replace(second=0, microsecond=0)
    return full if full == moment else full + timedelta(minutes=1)
