"""What an incident is known by, as labelled values in the language and zone that are active.

A sender's evidence is its own words. What our own rules found are numbers (docs/decisions/0026), put into words here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.catalog.loader import severities
from liaison.catalog.rules import Measure
from liaison.catalog.vocabulary import Severity
from liaison.health.models import Incident
from liaison.health.titles import finding_title, findings_of
from liaison.health.vocabulary import IncidentSource
from liaison.lib.dates import format_duration, format_moment, format_names, format_number, format_share

MOST_FINDINGS: Final = 4
"""How many findings a message says in full; the page shows all."""
_MOST_LISTED: Final = 5

Row = tuple[str, str]


@dataclass(frozen=True)
class FindingEvidence:
    """What one rule found: its title, whether it is over, its severity in words, and its numbers by label."""

    title: str
    is_over: bool
    severity: str
    rows: tuple[Row, ...]


def evidence_of(incident: Incident) -> tuple[FindingEvidence, ...]:
    """Return what our own rules found, those that go on first and the worst first; nothing for a sender's problem."""
    return tuple(_found(finding) for finding in findings_of(incident))


def labelled(incident: Incident) -> list[Row]:
    """Return the evidence as one list for a message: a sender's words, or the numbers of the first findings."""
    if incident.source != IncidentSource.RULES:
        return [*sorted(incident.annotations.items()), *sorted(incident.labels.items())]
    found = findings_of(incident)
    rows = [row for finding in found[:MOST_FINDINGS] for row in ((_("Found"), finding_title(finding)), *_rows(finding))]
    left_out = len(found) - MOST_FINDINGS
    return rows + ([(_("More on the page"), _number(left_out))] if left_out > 0 else [])


def _found(finding: Mapping[str, Any]) -> FindingEvidence:
    severity = str(finding.get("severity", ""))
    named = severities()[Severity(severity)].name(_language()) if severity in severities() else ""
    return FindingEvidence(finding_title(finding), bool(finding.get("ended_at")), named, tuple(_rows(finding)))


def _rows(finding: Mapping[str, Any]) -> list[Row]:
    """Return what is known of one finding. What a measure says nothing about is absent."""
    return [*_value(finding), *_long_window(finding), *_facts(finding), *_lists(finding)]


def _value(finding: Mapping[str, Any]) -> Iterator[Row]:
    value, threshold = _as_number(finding.get("value")), _as_number(finding.get("threshold"))
    label, words = _MEASURES.get(str(finding.get("measure")), _OTHER)
    if value is None:
        return
    said = words(value)
    if threshold is not None:
        said = _("%(value)s (limit: %(limit)s)") % {"value": said, "limit": words(threshold)}
    short = _as_number(finding.get("window_minutes"))
    if short is not None and _has_long_window(finding):
        said = _("%(value)s in %(time)s") % {"value": said, "time": _minutes(short)}
    yield str(label), said


def _long_window(finding: Mapping[str, Any]) -> Iterator[Row]:
    minutes, value = _as_number(finding.get("long_window_minutes")), _as_number(finding.get("long_value"))
    if minutes is None or value is None:
        return
    facts = {"value": _factor(value), "time": _minutes(minutes)}
    yield _("The same over the longer time"), _("%(value)s in %(time)s") % facts


def _facts(finding: Mapping[str, Any]) -> Iterator[Row]:
    # The counts of a finding with two windows are those of the longer one, so that is the time they go with.
    looked_at = {"window_minutes": finding["long_window_minutes"]} if _has_long_window(finding) else {}
    for key, label, words in _FACTS:
        # A part of the failed calls. Where these are not counted, the unanswered requests are the value itself.
        if key == "unanswered" and "errors" not in finding:
            continue
        value = looked_at.get(key, finding.get(key))
        said = "" if value is None else words(value)
        if said:
            yield str(label), said


def _lists(finding: Mapping[str, Any]) -> Iterator[Row]:
    for key, label in (("codes", _("Most frequent errors")), ("merchants_most", _("Merchants with most errors"))):
        pairs = finding.get(key)
        if isinstance(pairs, Sequence) and pairs:
            named = [
                _("%(name)s (%(count)s)") % {"name": name or _("without a code"), "count": _number(count)}
                for name, count in pairs[:_MOST_LISTED]
            ]
            yield label, format_names(named, _language())


def _has_long_window(finding: Mapping[str, Any]) -> bool:
    return _as_number(finding.get("long_window_minutes")) is not None


def _share(value: float) -> str:
    return format_share(value, _language())


def _factor(value: float) -> str:
    return _("%(number)s times") % {"number": format_number(round(value, 1), _language())}


def _minutes(value: float) -> str:
    return format_duration(timedelta(minutes=value), _language())


def _seconds(value: float) -> str:
    return format_duration(timedelta(seconds=value), _language())


def _milliseconds(value: float) -> str:
    return _("%(number)s s") % {"number": format_number(round(value / 1000, 2), _language())}


def _number(value: float) -> str:
    return format_number(round(value, 2), _language())


def _per_minute(value: float) -> str:
    return _("%(number)s a minute") % {"number": format_number(round(value, 1), _language())}


def _moment(value: Any) -> str:
    """Return a moment that was kept as ISO 8601; empty for what is none."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return format_moment(moment, _language(), timezone.get_current_timezone_name())


def _some(value: float) -> str:
    """Return a count, empty for none: that nothing was declined says nothing."""
    return _number(value) if value else ""


def _as_number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _language() -> str:
    return get_language() or "en"


_OTHER: Final = (gettext_lazy("Value"), _number)
_MEASURES: Final[Mapping[str, tuple[Promise, Callable[[float], str]]]] = MappingProxyType(
    {
        Measure.ERROR_RATE: (gettext_lazy("Share of calls that failed"), _share),
        Measure.DECLINED_RATE: (gettext_lazy("Share of declined payments"), _share),
        Measure.LATENCY: (gettext_lazy("Mean time of an answer"), _milliseconds),
        Measure.BURN_RATE: (gettext_lazy("Errors compared with what the objective allows"), _factor),
        Measure.SILENCE: (gettext_lazy("No calls for"), _minutes),
        Measure.FEED_ERROR_RATE: (gettext_lazy("Share of entities with errors"), _share),
        Measure.FEED_STALE_SHARE: (gettext_lazy("Share of entities not updated"), _share),
        Measure.FEED_MISSING: (gettext_lazy("Intervals since the last run"), _number),
        Measure.CHECK_FAILING: (gettext_lazy("The health check fails for"), _minutes),
        Measure.CHECK_UNANSWERED: (gettext_lazy("Unanswered requests in a row"), _number),
        Measure.HEARTBEAT_MISSING: (gettext_lazy("Intervals since the last heartbeat"), _number),
    }
)
_FACTS: Final[Sequence[tuple[str, Promise, Callable[[Any], str]]]] = (
    ("window_minutes", gettext_lazy("Time looked at"), _minutes),
    ("calls", gettext_lazy("Calls"), _number),
    ("errors", gettext_lazy("Failed calls"), _number),
    ("unanswered", gettext_lazy("Of these unanswered"), _some),
    ("declined", gettext_lazy("Declined payments"), _some),
    ("merchants", gettext_lazy("Merchants concerned"), _number),
    ("baseline", gettext_lazy("Usual share"), _share),
    ("objective", gettext_lazy("Objective"), _share),
    ("usual_calls", gettext_lazy("Usual calls at this time"), _per_minute),
    ("last_call_at", gettext_lazy("Last call"), _moment),
    ("entities", gettext_lazy("Entities in the last run"), _number),
    ("failed_entities", gettext_lazy("Entities with errors"), _some),
    ("stale_entities", gettext_lazy("Entities not updated for three days"), _some),
    ("last_run_ended_at", gettext_lazy("Last run ended"), _moment),
    ("last_beat_at", gettext_lazy("Last heartbeat"), _moment),
    ("expected_every_seconds", gettext_lazy("Expected every"), _seconds),
    ("failing_since", gettext_lazy("Not healthy since"), _moment),
    ("first_bad_at", gettext_lazy("First seen"), _moment),
    ("ended_at", gettext_lazy("Over since"), _moment),
)
