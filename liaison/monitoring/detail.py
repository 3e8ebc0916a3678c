"""Everything that is known of one environment over a span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from liaison.feeds.models import FeedRun
from liaison.feeds.queries import FeedState
from liaison.integrations.models import Environment
from liaison.monitoring import charts
from liaison.monitoring.account import EnvironmentCard, environment_cards
from liaison.monitoring.charts import Chart
from liaison.monitoring.happenings import Happening, happened_in
from liaison.monitoring.series import (
    ActionSeries,
    CodeCount,
    MerchantCount,
    codes_in,
    merchants_in,
    newest_samples,
    series_in,
)
from liaison.monitoring.spans import Span
from liaison.probes.models import CheckResult
from liaison.probes.queries import CheckState, Uptime, last_results, uptime
from liaison.signals.models import Sample

MOST_RUNS: Final = 20
_MOST_STRIPES: Final = 50


@dataclass(frozen=True, slots=True)
class FeedDetail:
    """A feed with its runs of the span, the newest first."""

    state: FeedState
    runs: tuple[FeedRun, ...]


@dataclass(frozen=True, slots=True)
class CheckDetail:
    """A health check over the span in stripes of equal length (`width`), with the newest requests.

    `share` is what went well, 0 to 1; None where nothing was asked.
    """

    state: CheckState
    width: timedelta
    stripes: tuple[tuple[datetime, Uptime | None], ...]
    share: float | None
    results: Sequence[CheckResult]


@dataclass(frozen=True, slots=True)
class Detail:
    """`actions` are all that were called in the span; `chosen` is the one that the rest is about, or empty."""

    card: EnvironmentCard
    span: Span
    actions: tuple[ActionSeries, ...]
    chosen: str
    charts: tuple[Chart, ...]
    codes: tuple[CodeCount, ...]
    merchants: tuple[MerchantCount, ...]
    samples: Sequence[Sample]
    happened: tuple[Happening, ...]
    feeds: tuple[FeedDetail, ...]
    check: CheckDetail | None


def detail_of(environment: Environment, span: Span, now: datetime, action: str = "") -> Detail:
    """Return what the page of an environment shows; an action that was not called in the span means all."""
    card = environment_cards([environment], now)[0]
    actions = series_in(environment, span)
    chosen = next((one.action for one in actions if one.action == action), "")
    shown = tuple(one for one in actions if chosen in {"", one.action})
    drawn = (charts.error_rates(shown, span), charts.calls(shown, span), charts.latencies(shown, span))
    return Detail(
        card=card,
        span=span,
        actions=actions,
        chosen=chosen,
        charts=drawn if actions else (),
        codes=codes_in(environment, span, chosen),
        merchants=merchants_in(environment, span, chosen),
        samples=newest_samples(environment, now, chosen),
        happened=happened_in(environment, span),
        feeds=_feeds(card.feeds, span),
        check=None if card.check is None else _check(card.check, span),
    )


def _feeds(feeds: Sequence[FeedState], span: Span) -> tuple[FeedDetail, ...]:
    runs: dict[int, list[FeedRun]] = {}
    found = FeedRun.objects.filter(
        feed__in=[one.id for one in feeds], started_at__gte=span.start, started_at__lt=span.end
    )
    for run in found.order_by("-started_at", "-pk")[: MOST_RUNS * max(len(feeds), 1)]:
        runs.setdefault(run.feed_id, []).append(run)
    return tuple(FeedDetail(one, tuple(runs.get(one.id, ())[:MOST_RUNS])) for one in feeds)


def _check(check: CheckState, span: Span) -> CheckDetail:
    pieces = len(span.moments)
    width = span.bucket * -(-pieces // _MOST_STRIPES)
    known = {one.start: one for one in uptime(check.id, span.start, span.end, width)}
    moments = [span.start + number * width for number in range(-((span.start - span.end) // width))]
    asked = sum(one.requests - one.refused for one in known.values())
    healthy = sum(one.healthy for one in known.values())
    return CheckDetail(
        state=check,
        width=width,
        stripes=tuple((moment, known.get(moment)) for moment in moments),
        share=healthy / asked if asked else None,
        results=last_results(check.id, MOST_RUNS),
    )
