"""Feeds, and the runs that are reported."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, GivenMoment, Moment, Text
from liaison.feeds import models
from liaison.feeds.quality import Run, error_rate, stale_share
from liaison.feeds.queries import FeedState, as_run
from liaison.feeds.reports import RunReport
from liaison.integrations.models import EnvironmentName

_LARGEST = 2**31 - 1
Count = Annotated[int, Field(ge=0, le=_LARGEST)]


class FeedRun(Schema):
    """`failed_entities` of `entities` had errors. Shares are 0 to 1, and null where nobody can know them."""

    started_at: Moment
    ended_at: Moment | None
    entities: int
    failed_entities: int
    error_rate: float | None
    oldest_entity_at: Moment | None
    stale_entities: int | None
    stale_share: float | None

    @classmethod
    def numbers(cls, run: Run) -> dict[str, Any]:
        return {
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "entities": run.entities,
            "failed_entities": run.errors,
            "error_rate": error_rate(run),
            "oldest_entity_at": run.oldest_entity_at,
            "stale_entities": run.stale_entities,
            "stale_share": stale_share(run),
        }

    @classmethod
    def of(cls, run: Run) -> FeedRun:
        return cls(**cls.numbers(run))


class ReportedRun(FeedRun):
    """A run with its own id, and the entities with each type of error."""

    feed: str
    run_id: str
    errors: dict[str, int]

    @classmethod
    def of_row(cls, run: models.FeedRun) -> ReportedRun:
        """Show a run that was read with its feed."""
        own = {"feed": run.feed.public_id, "run_id": run.run_id, "errors": run.errors_by_type}
        return cls(**cls.numbers(as_run(run)), **own)


class Feed(Schema):
    """`expected_every` is in minutes. Nothing about a feed that is not `is_watched` is a problem."""

    id: str
    name: str
    expected_every: int
    is_watched: bool
    created_at: Moment
    last_run: FeedRun | None
    running: FeedRun | None

    @classmethod
    def of(cls, state: FeedState) -> Feed:
        return cls(
            id=state.public_id,
            name=state.name,
            expected_every=int(state.expected_every.total_seconds() // 60),
            is_watched=state.is_watched,
            created_at=state.created_at,
            last_run=None if state.last_ended is None else FeedRun.of(state.last_ended),
            running=None if state.running is None else FeedRun.of(state.running),
        )


class RunBody(Body):
    """One run of a feed, reported when it begins, when it ends, or both. What is not known is left out.

    `errors` maps your own types of errors to numbers of entities; `failed_entities` is how many failed at all, where
    that is not the sum. `stale_entities` were not updated for three days. An intake key needs no `integration` and
    no `environment`.
    """

    feed: Text
    run_id: Text
    started_at: GivenMoment
    ended_at: GivenMoment | None = None
    entities: Count | None = None
    failed_entities: Count | None = None
    errors: dict[Text, Count] | None = None
    oldest_entity_at: GivenMoment | None = None
    stale_entities: Count | None = None
    integration: Text | None = None
    environment: EnvironmentName | None = None

    def report(self) -> RunReport:
        return RunReport(
            feed=self.feed,
            run_id=self.run_id,
            started_at=self.started_at,
            ended_at=self.ended_at,
            entities=self.entities,
            failed_entities=self.failed_entities,
            errors=self.errors,
            oldest_entity_at=self.oldest_entity_at,
            stale_entities=self.stale_entities,
        )


class FeedChange(Body):
    """`expected_every` is in minutes."""

    expected_every: int
    is_watched: bool = True
