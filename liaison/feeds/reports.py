"""What a report of a run says, and how it joins what is known of the run. Pure.

Reports come late, twice and in any order. A report that has the end of the run says more than one without: where both
say something, the one with the end wins, and among two with an end the later one (it corrects).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from liaison.feeds.vocabulary import FeedCode
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.refusals import FieldProblem, Invalid

LONGEST_NAME: Final = 100
MOST_TYPES: Final = 50
LARGEST: Final = 2**31 - 1
KEPT_FOR: Final = timedelta(days=400)
CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class RunReport:
    """One report. What it does not say is None; `errors` maps the sender's own types to numbers of entities.

    `failed_entities` is how many failed at all, where that is not the sum of `errors` (one may have two errors).
    """

    feed: str
    run_id: str
    started_at: datetime
    ended_at: datetime | None = None
    entities: int | None = None
    failed_entities: int | None = None
    errors: Mapping[str, int] | None = None
    oldest_entity_at: datetime | None = None
    stale_entities: int | None = None


@dataclass(frozen=True)
class KnownRun:
    """A run as it is kept: the columns of `FeedRun` that reports change."""

    started_at: datetime
    ended_at: datetime | None = None
    entities: int = 0
    errors: int = 0
    errors_by_type: Mapping[str, int] = field(default_factory=dict)
    oldest_entity_at: datetime | None = None
    stale_entities: int | None = None


def cleaned(report: RunReport, now: datetime) -> RunReport:
    """Return the report with clean names. Raises Invalid with everything that is wrong in itself."""
    problems = [*_wrong_moments(report, now), *_wrong_numbers(report)]
    name = _line("feed", report.feed, FeedCode.NAME_UNUSABLE, problems)
    run_id = _line("run_id", report.run_id, FeedCode.RUN_ID_UNUSABLE, problems)
    errors = None if report.errors is None else _types(report.errors, problems)
    if problems:
        raise Invalid(tuple(problems))
    return replace(report, feed=name, run_id=run_id, errors=errors)


def joined(known: KnownRun | None, report: RunReport) -> KnownRun:
    """Return the run as it is known after a clean report. Raises Invalid where the two do not go together."""
    said = _known_by(report)
    if known is None:
        return _checked(said)
    if known.ended_at is not None and report.ended_at is None:
        return _checked(_filled(known, said, report))
    return _checked(_overwritten(known, said, report))


def _known_by(report: RunReport) -> KnownRun:
    errors = dict(report.errors or {})
    failed = sum(errors.values()) if report.failed_entities is None else report.failed_entities
    if report.entities and report.failed_entities is None:
        failed = min(failed, report.entities)
    return KnownRun(
        report.started_at,
        report.ended_at,
        report.entities or 0,
        min(failed, LARGEST),
        errors,
        report.oldest_entity_at,
        report.stale_entities,
    )


def _filled(known: KnownRun, said: KnownRun, report: RunReport) -> KnownRun:
    """Return what is known; only what nobody said before is taken from the report."""
    has_errors = bool(known.errors or known.errors_by_type)
    return replace(
        known,
        entities=known.entities or said.entities,
        errors=known.errors if has_errors else said.errors,
        errors_by_type=known.errors_by_type if has_errors else said.errors_by_type,
        oldest_entity_at=known.oldest_entity_at or report.oldest_entity_at,
        stale_entities=report.stale_entities if known.stale_entities is None else known.stale_entities,
    )


def _overwritten(known: KnownRun, said: KnownRun, report: RunReport) -> KnownRun:
    """Return what the report says; what it does not say stays known."""
    says_errors = report.errors is not None or report.failed_entities is not None
    return KnownRun(
        started_at=report.started_at,
        ended_at=report.ended_at or known.ended_at,
        entities=known.entities if report.entities is None else said.entities,
        errors=said.errors if says_errors else known.errors,
        errors_by_type=known.errors_by_type if report.errors is None else said.errors_by_type,
        oldest_entity_at=report.oldest_entity_at or known.oldest_entity_at,
        stale_entities=known.stale_entities if report.stale_entities is None else report.stale_entities,
    )


def _checked(run: KnownRun) -> KnownRun:
    """Return the run whose numbers fit each other; numbers of a run whose entities nobody told are not compared."""
    if run.ended_at is not None and run.ended_at < run.started_at:
        raise Invalid((FieldProblem("ended_at", FeedCode.ENDS_BEFORE_IT_BEGINS),))
    if not run.entities:
        return run
    parts = (("failed_entities", run.errors), ("stale_entities", run.stale_entities or 0))
    facts = {"entities": run.entities}
    wrong = tuple(FieldProblem(name, FeedCode.MORE_THAN_ALL, facts) for name, part in parts if part > run.entities)
    if wrong:
        raise Invalid(wrong)
    return run


def _wrong_moments(report: RunReport, now: datetime) -> Iterator[FieldProblem]:
    latest = now + CLOCKS_DIFFER_BY
    for name in ("started_at", "ended_at", "oldest_entity_at"):
        moment: datetime | None = getattr(report, name)
        if moment is not None and moment > latest:
            yield FieldProblem(name, FeedCode.IN_THE_FUTURE)
    if report.started_at < now - KEPT_FOR:
        yield FieldProblem("started_at", FeedCode.TOO_OLD, {"days": KEPT_FOR.days})


def _wrong_numbers(report: RunReport) -> Iterator[FieldProblem]:
    numbers: dict[str, Any] = {
        "entities": report.entities,
        "failed_entities": report.failed_entities,
        "stale_entities": report.stale_entities,
        **{f"errors.{name}": count for name, count in (report.errors or {}).items()},
    }
    for name, number in numbers.items():
        if number is not None and not 0 <= number <= LARGEST:
            yield FieldProblem(name[:LONGEST_NAME], FeedCode.NUMBER_UNUSABLE, {"most": LARGEST})


def _types(errors: Mapping[str, int], problems: list[FieldProblem]) -> dict[str, int]:
    if len(errors) > MOST_TYPES:
        problems.append(FieldProblem("errors", FeedCode.TOO_MANY_TYPES, {"most": MOST_TYPES}))
        return {}
    return {_line("errors", name, FeedCode.TYPE_UNUSABLE, problems): count for name, count in errors.items() if count}


def _line(name: str, text: str, code: FeedCode, problems: list[FieldProblem]) -> str:
    try:
        line = clean_line(text, LONGEST_NAME)
    except LineError:
        line = ""
    if not line:
        problems.append(FieldProblem(name, code, {"longest": LONGEST_NAME}))
    return line
