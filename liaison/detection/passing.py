"""One evaluation of all rules, as of one full minute. The ticker runs it once a minute; a gap is not made up for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import InterfaceError, OperationalError, connection

from liaison.detection import standing
from liaison.detection.evidence import Shown, read_evidence
from liaison.detection.facts import Judgement, Reading, Verdict
from liaison.detection.findings import OPEN, Judged, keep_findings, state_of
from liaison.detection.judging import judge
from liaison.detection.known import Known, read_known
from liaison.detection.lightly import keep_lightly
from liaison.detection.models import Finding, FindingState, Pass
from liaison.detection.places import Place, read_places
from liaison.detection.readings import read_readings
from liaison.detection.steps import NEVER_JUDGED, Change, step
from liaison.detection.targets import Key, Target, find_targets

SETTLING: Final = timedelta(seconds=10)
"""So long after its end a minute is judged: what is sent at once has come by then."""
EVIDENCE_EVERY: Final = timedelta(minutes=5)
"""How often the numbers of something that goes on are written anew."""
KEPT: Final = timedelta(days=2)
_LOCK: Final = 0x52554C  # an advisory lock of this room

logger = logging.getLogger(__name__)


def judge_when_due(now: datetime) -> Pass | None:
    """Judge the newest minute that is due and was not judged yet; None where there is none, or somebody is at it."""
    end = (now - SETTLING).replace(second=0, microsecond=0)
    if _is_done(end):
        return None
    with alone() as is_alone:
        if not is_alone or _is_done(end):
            return None
        return run_pass(end, now=now)


def run_pass(end: datetime, *, now: datetime) -> Pass:
    """Judge everything as of the full minute `end`, whether or not it was judged before: twice changes nothing."""
    begun = monotonic()
    made, _ = Pass.objects.update_or_create(end=end, defaults={"started_at": now, "finished_at": None})
    places = read_places()
    findings = list(Finding.objects.exclude(state=FindingState.OVER))
    known = read_known(places, end, with_series={one.environment_id for one in findings})
    made.environments = len(places)
    judged, before = judge_all(places, known, findings)
    light, left = keep_lightly(places, judged, before.values(), end=end, now=now)
    heavy, made.failures = _keep_each(places, left, end=end, now=now)
    made.changes = light + heavy
    standing.keep_standings(places, known)
    made.seconds = monotonic() - begun
    made.finished_at = now + timedelta(seconds=made.seconds)
    made.save()
    Pass.objects.filter(end__lt=end - KEPT).delete()
    return made


def judge_integration(integration_id: int, *, end: datetime, now: datetime) -> int:
    """Judge one integration alone, as of the full minute `end`, in the caller's transaction; return the changes."""
    places = read_places([integration_id])
    findings = list(Finding.objects.exclude(state=FindingState.OVER).filter(environment_id__in=places))
    known = read_known(places, end, with_series=set(places), is_whole=False)
    judged, _ = judge_all(places, known, findings)
    return sum(keep_findings(places[key], judged[key], end=end, now=now) for key in sorted(judged))


def judge_all(
    places: Mapping[int, Place], known: Known, findings: Sequence[Finding]
) -> tuple[dict[int, list[Judged]], dict[Key, Finding]]:
    """Return what is to be written, by environment: what changes, and what goes on and was not written for a while.

    Beside it the findings as they were read, by key. `findings` are all that are not over. Nothing is written here.
    """
    targets = find_targets(places, known, findings)
    before = _findings_by_key(findings, targets)
    wanted: list[tuple[Target, Verdict, Change]] = []
    for target, reading in zip(targets, read_readings(targets, known), strict=True):
        verdict = judge(target.rule, reading)
        change = _change(before.get(target.key), target, verdict, reading)
        if change is not None:
            wanted.append((target, verdict, change))
    judged: dict[int, list[Judged]] = {}
    for (target, verdict, change), added in zip(wanted, _evidence(wanted, known.end), strict=True):
        one = Judged(target.rule.key, target.scope, target, verdict, change, added)
        judged.setdefault(target.place.environment_id, []).append(one)
    for environment_id, one in _gone(places, findings, {target.key for target in targets}):
        judged.setdefault(environment_id, []).append(one)
    return judged, before


def _change(finding: Finding | None, target: Target, verdict: Verdict, reading: Reading) -> Change | None:
    """Return what the judgement changes, NONE where only numbers are to be written, None where nothing is."""
    before = NEVER_JUDGED if finding is None else state_of(finding)
    after, change = step(before, verdict, target.rule, reading.end, counts_from=target.place.since)
    if change is not Change.NONE:
        return change
    is_old = before.judged_at is not None and reading.end - before.judged_at >= EVIDENCE_EVERY
    return Change.NONE if after.state in OPEN and is_old else None


def _findings_by_key(findings: Iterable[Finding], targets: Sequence[Target]) -> dict[Key, Finding]:
    """Return the findings by key, also of those targets that were found before and are over."""
    known = {(one.environment_id, one.rule, one.scope): one for one in findings}
    new = {target.place.environment_id for target in targets if target.key not in known}
    over = Finding.objects.filter(state=FindingState.OVER, environment_id__in=new) if new else ()
    return {(one.environment_id, one.rule, one.scope): one for one in over} | known


def _evidence(wanted: Sequence[tuple[Target, Verdict, Change]], end: datetime) -> list[Mapping[str, object]]:
    """Read what shows those that are found now or go on; there is nothing to add to what is only suspected."""
    shown = {
        place: Shown(target, verdict.evidence, is_new=change is Change.FIRED)
        for place, (target, verdict, change) in enumerate(wanted)
        if change is Change.FIRED or (change is Change.NONE and verdict.judgement is Judgement.BAD)
    }
    added = dict(zip(shown, read_evidence(list(shown.values()), end), strict=True))
    return [added.get(place, {}) for place in range(len(wanted))]


def _gone(places: Mapping[int, Place], findings: Iterable[Finding], judged: set[Key]) -> Iterator[tuple[int, Judged]]:
    """Return the findings that are judged no more: they are over.

    But where its rule disabled the integration, taking away the thing that was judged does not set it live again.
    """
    for one in findings:
        place = places.get(one.environment_id)
        if place is None or (one.environment_id, one.rule, one.scope) in judged:
            continue
        if place.disabled_by_rule == one.rule and one.rule in place.book.rules:
            continue
        change = Change.DROPPED if one.state == FindingState.PENDING else Change.ENDED
        yield one.environment_id, Judged(one.rule, one.scope, None, Verdict(Judgement.UNKNOWN), change)


def _keep_each(
    places: Mapping[int, Place], judged: Mapping[int, Sequence[Judged]], *, end: datetime, now: datetime
) -> tuple[int, int]:
    """Keep what was judged, one environment at a time; return the changes, and how many environments failed."""
    changes = failures = 0
    for environment_id, found in judged.items():
        try:
            changes += keep_findings(places[environment_id], found, end=end, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("What was found about environment %s could not be kept.", environment_id)
            failures += 1
    return changes, failures


def _is_done(end: datetime) -> bool:
    return Pass.objects.filter(end__gte=end, finished_at__isnull=False).exists()


@contextmanager
def alone() -> Iterator[bool]:
    """Say whether this is the only pass of the installation, and stay so until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
