"""What this room says, in the reader's language and zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from babel.numbers import format_percent
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.health.words import severity_name
from liaison.lib.dates import format_clock, format_number, format_short_date
from liaison.lib.languages import language_for
from liaison.monitoring.charts import Unit
from liaison.monitoring.overview import Level, Order
from liaison.monitoring.spans import SpanKey, SpanProblem
from liaison.probes.models import CheckOutcome
from liaison.signals.models import Outcome
from liaison.web.states import Kind

NOTHING: Final = "–"  # a dash where nothing is known
_SECOND_IN_MS: Final = 1000
_ONE_DAY: Final = timedelta(days=1)

LEVEL_KINDS: Final[Mapping[Level, Kind]] = MappingProxyType(
    {
        Level.CRITICAL: Kind.BAD,
        Level.ERROR: Kind.BAD,
        Level.WARNING: Kind.WARNING,
        Level.GOOD: Kind.GOOD,
        Level.NO_DATA: Kind.NEUTRAL,
    }
)
ORDERS: Final[Mapping[Order, Promise]] = MappingProxyType(
    {
        Order.WORST: gettext_lazy("Worst first"),
        Order.NAME: gettext_lazy("By name"),
        Order.ERROR_RATE: gettext_lazy("Highest error rate first"),
        Order.LAST_CALL: gettext_lazy("Longest without a call first"),
    }
)
SPANS: Final[Mapping[SpanKey, Promise]] = MappingProxyType(
    {
        SpanKey.HOUR: gettext_lazy("1 hour"),
        SpanKey.SIX_HOURS: gettext_lazy("6 hours"),
        SpanKey.DAY: gettext_lazy("24 hours"),
        SpanKey.WEEK: gettext_lazy("7 days"),
        SpanKey.MONTH: gettext_lazy("30 days"),
    }
)
PROBLEMS: Final[Mapping[StrEnum, Promise]] = MappingProxyType(
    {
        SpanProblem.UNREADABLE: gettext_lazy("Enter when the time range begins."),
        SpanProblem.BACKWARDS: gettext_lazy("The time range must begin before it ends, and before now."),
        SpanProblem.TOO_LONG: gettext_lazy("A time range is at most 92 days long."),
    }
)
TITLES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "error_rate": gettext_lazy("Error rate"),
        "calls": gettext_lazy("Calls"),
        "latency": gettext_lazy("Latency"),
    }
)
COLUMNS: Final[Mapping[str, Promise]] = MappingProxyType(
    {"mean": gettext_lazy("Mean"), "longest": gettext_lazy("Longest")}
)
OUTCOMES: Final[Mapping[Outcome, Promise]] = MappingProxyType(
    {Outcome.ERROR: gettext_lazy("Error"), Outcome.UNANSWERED: gettext_lazy("No answer")}
)
CHECK_OUTCOMES: Final[Mapping[CheckOutcome, Promise]] = MappingProxyType(
    {
        CheckOutcome.HEALTHY: gettext_lazy("Healthy"),
        CheckOutcome.WRONG_ANSWER: gettext_lazy("Wrong answer"),
        CheckOutcome.UNANSWERED: gettext_lazy("No answer"),
        CheckOutcome.REFUSED: gettext_lazy("Not asked"),
    }
)


@dataclass(frozen=True, slots=True)
class MomentLabel:
    """A moment in a table (`full`) and at the edge of a chart (`short`), in the reader's zone."""

    at: datetime
    full: str
    short: str


def level_name(level: Level) -> str:
    """Return what a level is called: a problem by its severity."""
    if level is Level.GOOD:
        return _("Healthy")
    return _("No data") if level is Level.NO_DATA else severity_name(level.value)


def share(value: float | None) -> str:
    """Return a share (0 to 1) in percent with at most two decimals."""
    return NOTHING if value is None else _percent(value, "#,##0.##%")


def whole_share(value: float | None) -> str:
    """Return a share in whole percent."""
    return NOTHING if value is None else _percent(value, "#,##0%")


def milliseconds(value: float | None) -> str:
    """Return a duration: whole milliseconds below a second, else seconds with one decimal."""
    if value is None:
        return NOTHING
    if value < _SECOND_IN_MS:
        return _("%(number)s ms") % {"number": format_number(round(value), _language())}
    return _("%(number)s s") % {"number": format_number(round(value / _SECOND_IN_MS, 1), _language())}


def count(value: float | None) -> str:
    return NOTHING if value is None else format_number(value, _language())


def cell(unit: Unit, value: float | None) -> str:
    """Return a number of a chart as its table shows it."""
    return _CELLS[unit](value)


def labels(moments: Sequence[datetime]) -> tuple[MomentLabel, ...]:
    """Return the labels of a chart's pieces. Within one day the edge shows clocks, over longer times dates."""
    is_short = not moments or moments[-1] - moments[0] <= _ONE_DAY
    return tuple(_label(moment, is_short) for moment in moments)


def short_moment(moment: datetime) -> str:
    """Return date and clock in the reader's zone, which the page names once."""
    return _label(moment, is_short=True).full


def _label(moment: datetime, is_short: bool) -> MomentLabel:
    local, code = timezone.localtime(moment), _language()
    date, clock = format_short_date(local.date(), code), format_clock(local.time(), code)
    return MomentLabel(moment, f"{date} {clock}", clock if is_short else date)


def _percent(value: float, pattern: str) -> str:
    # The pattern of a language itself would round to whole percent; the separators are the language's.
    return str(format_percent(value, pattern, locale=language_for(_language()).cldr))


def _language() -> str:
    return get_language() or "en"


_CELLS: Final = {Unit.SHARE: share, Unit.NUMBER: count, Unit.MILLISECONDS: milliseconds}
