"""What is judged at one moment: each thing that may be bad, and each of which a finding goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from liaison.catalog.rules import Measure, Rule
from liaison.detection.gates import CALL_MEASURES
from liaison.detection.known import Called, Known
from liaison.detection.models import Finding, FindingState
from liaison.detection.places import Place
from liaison.feeds.queries import FeedState
from liaison.probes.queries import BeatState, CheckState

CALLS_GROUP = "calls"
CHECK_GROUP = "check"

Key = tuple[int, str, str]
"""An environment, the key of a rule, and a scope."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that one rule looks at. `thing` is the feed, check, heartbeat or series itself.

    `is_open`: it was found already and is not over. Then all that is known counts, also from before `Place.since`.
    """

    place: Place
    rule: Rule
    scope: str
    group: str
    actions: tuple[str, ...] = ()
    thing: FeedState | CheckState | BeatState | Called | None = None
    is_open: bool = False

    @property
    def key(self) -> Key:
        return self.place.environment_id, self.rule.key, self.scope

    @property
    def since(self) -> datetime | None:
        return None if self.is_open else self.place.since


def find_targets(places: Mapping[int, Place], known: Known, findings: Iterable[Finding]) -> list[Target]:
    """Return what to judge. Of what is fine and was fine there is nothing to say; most things are."""
    going_on = {(one.environment_id, one.rule, one.scope): one for one in findings}
    found: dict[Key, Target] = {}
    for target in (*_calls(places, known), *_silent(places, known), *_feeds_and_signs(places, known, None)):
        found[target.key] = target
    for key, finding in going_on.items():
        is_open = finding.state in {FindingState.FIRING, FindingState.CLEARING}
        now = _target_of(places, known, key)
        if now is not None:
            found[key] = replace(now, is_open=is_open)
    return list(found.values())


def _calls(places: Mapping[int, Place], known: Known) -> Iterator[Target]:
    for one in known.scans.suspects(places):
        yield Target(places[one.environment_id], one.rule, one.scope, CALLS_GROUP, one.actions)


def _silent(places: Mapping[int, Place], known: Known) -> Iterator[Target]:
    for called in known.silent:
        place = places[called.environment_id]
        for rule in place.book.of(Measure.SILENCE):
            if rule.actions and called.action not in rule.actions:
                continue
            if known.end - called.last_minute >= timedelta(minutes=rule.threshold):
                yield Target(place, rule, called.action, CALLS_GROUP, (called.action,), called)


def _feeds_and_signs(places: Mapping[int, Place], known: Known, only: int | None) -> Iterator[Target]:
    """Return what may be bad of feeds, checks and heartbeats; with `only` everything of one environment."""
    environments: Iterable[int] = places if only is None else [only]
    for environment_id in environments:
        place = places[environment_id]
        for feed in known.feeds.get(environment_id, ()):
            if feed.is_watched:
                yield from _feed(place, feed, known.end, is_sifted=only is None)
        check = known.checks.get(environment_id)
        if check is not None and check.is_on and (only is not None or check.counters.failing_since is not None):
            for rule in place.book.of(Measure.CHECK_FAILING, Measure.CHECK_UNANSWERED):
                yield Target(place, rule, "", CHECK_GROUP, thing=check)
        for beat in known.beats.get(environment_id, ()):
            if beat.is_watched:
                yield from _beat(place, beat, known.end, is_sifted=only is None)


def _feed(place: Place, feed: FeedState, end: datetime, *, is_sifted: bool) -> Iterator[Target]:
    run = feed.last_ended
    has_errors = run is not None and bool(run.errors or run.stale_entities)
    last = feed.last_ended_at or feed.created_at
    for rule in place.book.of(Measure.FEED_ERROR_RATE, Measure.FEED_STALE_SHARE, Measure.FEED_MISSING):
        is_missing = rule.measure is Measure.FEED_MISSING
        if is_sifted and not (end - last >= feed.expected_every * rule.threshold if is_missing else has_errors):
            continue
        yield Target(place, rule, feed.name, f"feed:{feed.public_id}", thing=feed)


def _beat(place: Place, beat: BeatState, end: datetime, *, is_sifted: bool) -> Iterator[Target]:
    last = beat.last_at or beat.created_at
    for rule in place.book.of(Measure.HEARTBEAT_MISSING):
        if not is_sifted or end - last >= beat.expected_every * rule.threshold:
            yield Target(place, rule, beat.name, f"heartbeat:{beat.public_id}", thing=beat)


def _target_of(places: Mapping[int, Place], known: Known, key: Key) -> Target | None:
    """Return what a finding is about as it is now; None where it is judged no more."""
    environment_id, rule_key, scope = key
    place = places.get(environment_id)
    rule = None if place is None else place.book.rules.get(rule_key)
    if place is None or rule is None:
        return None
    if rule.measure in CALL_MEASURES or rule.measure is Measure.SILENCE:
        return _target_of_calls(place, rule, scope, known.series.get(environment_id, []))
    all_of_it = _feeds_and_signs(places, known, environment_id)
    return next((one for one in all_of_it if one.key == key), None)


def _target_of_calls(place: Place, rule: Rule, scope: str, series: list[Called]) -> Target | None:
    if rule.together:
        actions = tuple(one.action for one in series if not rule.actions or one.action in rule.actions)
        return Target(place, rule, scope, CALLS_GROUP, actions) if actions and scope == rule.key else None
    for one in series:
        if one.action == scope and (not rule.actions or scope in rule.actions):
            return Target(place, rule, scope, CALLS_GROUP, (scope,), one)
    return None
