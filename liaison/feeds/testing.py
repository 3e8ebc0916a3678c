"""Feeds and runs for tests, as rows: what reports do has tests of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from liaison.feeds.models import Feed, FeedRun
from liaison.integrations.models import Environment
from liaison.lib.ids import new_public_id


def make_feed(environment: Environment, name: str = "inventory", *, now: datetime, **values: Any) -> Feed:
    return Feed.objects.create(environment=environment, name=name, created_at=now, **values)


def make_run(feed: Feed, ended_at: datetime | None, **values: Any) -> FeedRun:
    """Make a run that took ten minutes and ended then; with None and `started_at` one that goes on."""
    if ended_at is not None:
        values.setdefault("started_at", ended_at - timedelta(minutes=10))
    values.setdefault("entities", 1000)
    values.setdefault("errors", sum(values.get("errors_by_type", {}).values()))
    values.setdefault("received_at", ended_at or values["started_at"])
    return FeedRun.objects.create(feed=feed, run_id=values.pop("run_id", new_public_id()), ended_at=ended_at, **values)
