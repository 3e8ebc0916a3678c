"""How environments do: their standing, and their calls over a range of time."""

from __future__ import annotations

from ninja import Schema

from liaison.api.shapes.common import Moment
from liaison.detection import models
from liaison.integrations.models import EnvironmentName
from liaison.monitoring.account import EnvironmentCard
from liaison.monitoring.detail import Detail
from liaison.monitoring.objective import Budget
from liaison.monitoring.overview import Level, Row
from liaison.monitoring.series import ActionSeries, CodeCount, MerchantCount
from liaison.signals.queries import Sums


class LastHour(Schema):
    """The 60 minutes before `judged_at`. `latency_ms` is the mean, null where no duration is known."""

    calls: int
    errors: int
    error_rate: float | None
    latency_ms: float | None
    judged_at: Moment

    @classmethod
    def of(cls, standing: models.Standing) -> LastHour:
        return cls(
            calls=standing.calls,
            errors=standing.errors,
            error_rate=standing.errors / standing.calls if standing.calls else None,
            latency_ms=standing.latency_ms,
            judged_at=standing.judged_at,
        )


class EnvironmentStanding(Schema):
    """How an environment stands. `status` is empty before the launch; `since` is when the level began.

    `last_hour` is null while nothing was judged yet.
    """

    account: str
    integration: str
    kind: str
    environment: EnvironmentName
    status: str
    level: Level
    since: Moment | None
    open_incidents: int
    last_call: Moment | None
    last_hour: LastHour | None

    @classmethod
    def of(cls, row: Row) -> EnvironmentStanding:
        integration, standing = row.environment.integration, row.standing
        return cls(
            account=integration.account.slug,
            integration=integration.public_id,
            kind=integration.kind,
            environment=EnvironmentName(row.environment.name),
            status=integration.status,
            level=row.level,
            since=standing.since if standing else None,
            open_incidents=row.open_incidents,
            last_call=standing.last_call if standing else None,
            last_hour=LastHour.of(standing) if standing else None,
        )


class Objective(Schema):
    """What is left of an objective after 30 days: 1 is all, 0 nothing, below 0 it is missed; null without calls."""

    objective: float
    actions: list[str]
    calls: int
    errors: int
    left: float | None

    @classmethod
    def of(cls, budget: Budget) -> Objective:
        objective = budget.objective
        return cls(
            objective=objective.share,
            actions=list(objective.actions),
            calls=budget.calls,
            errors=budget.errors,
            left=budget.left,
        )


class Calls(Schema):
    """Calls added up. `errors` counts every failure, of which `unanswered` had no answer; durations in milliseconds."""

    calls: int
    errors: int
    unanswered: int
    declined: int
    latency_ms: float | None
    latency_max_ms: int | None

    @classmethod
    def of(cls, sums: Sums) -> Calls:
        return cls(
            calls=sums.calls,
            errors=sums.errors,
            unanswered=sums.unanswered,
            declined=sums.declined,
            latency_ms=sums.mean_latency_ms,
            latency_max_ms=sums.latency_max_ms if sums.latency_calls else None,
        )


class Piece(Schema):
    """One piece of the range by its first moment. Pieces without calls are left out."""

    at: Moment
    calls: Calls


class Action(Schema):
    """One action: the whole range, and piece by piece."""

    action: str
    total: Calls
    pieces: list[Piece]

    @classmethod
    def of(cls, series: ActionSeries) -> Action:
        pieces = [Piece(at=moment, calls=Calls.of(sums)) for moment, sums in sorted(series.points.items())]
        return cls(action=series.action, total=Calls.of(series.total), pieces=pieces)


class ErrorCode(Schema):
    """A way in which calls failed. `code` is empty where the sender named none."""

    code: str
    outcome: str
    count: int
    merchants: int

    @classmethod
    def of(cls, one: CodeCount) -> ErrorCode:
        return cls(code=one.code, outcome=one.outcome.value, count=one.count, merchants=one.merchants)


class Merchant(Schema):
    merchant: str
    errors: int
    declined: int

    @classmethod
    def of(cls, one: MerchantCount) -> Merchant:
        return cls(merchant=one.merchant, errors=one.errors, declined=one.declined)


class Monitoring(Schema):
    """An environment over [start, end). Pieces are `minutes_per_piece` long; `codes` and `merchants` are the worst."""

    standing: EnvironmentStanding
    last_signal: Moment | None
    objective: Objective | None
    start: Moment
    end: Moment
    minutes_per_piece: int
    actions: list[Action]
    codes: list[ErrorCode]
    merchants: list[Merchant]

    @classmethod
    def of(cls, detail: Detail) -> Monitoring:
        card: EnvironmentCard = detail.card
        return cls(
            standing=EnvironmentStanding.of(card.row),
            last_signal=card.last_minute,
            objective=Objective.of(card.budget) if card.budget else None,
            start=detail.span.start,
            end=detail.span.end,
            minutes_per_piece=detail.span.step,
            actions=[Action.of(one) for one in detail.actions],
            codes=[ErrorCode.of(one) for one in detail.codes],
            merchants=[Merchant.of(one) for one in detail.merchants],
        )
