"""Feeds: their runs are reported, and people say how often one is expected."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.reporting import environment_of
from liaison.api.senders import sender_of
from liaison.api.shapes import feeds as shapes
from liaison.feeds import access, actions, queries
from liaison.integrations.intake import turns
from liaison.integrations.models import EnvironmentName
from liaison.integrations.senders import require_sending
from liaison.lib.clock import utc_now

operations = Operations("feeds")
_FEEDS: Final = "/integrations/{integration_id}/environments/{environment}/feeds"


@operations.take_in("/feeds/runs", shapes.ReportedRun, _("Report a run of a feed, when it begins or when it ends"))
def report_run(request: HttpRequest, body: shapes.RunBody) -> shapes.ReportedRun:
    """Keep what is said of the run. The same `run_id` may be reported again: what has the end says more."""
    sender = sender_of(request)
    require_sending(sender)
    with turns.one():
        environment = environment_of(sender, body.integration, body.environment)
        run = actions.report_run(sender=sender, environment=environment, report=body.report(), now=utc_now())
    return shapes.ReportedRun.of_row(run)


@operations.get(_FEEDS, list[shapes.Feed], _("List the feeds of an environment with their last runs"))
def list_feeds(request: HttpRequest, integration_id: str, environment: EnvironmentName) -> list[shapes.Feed]:
    """List all of them: an environment has at most 50."""
    place = access.environment_for(actor_of(request), integration_id, environment)
    return [shapes.Feed.of(state) for state in queries.feeds_of(place)]


@operations.get("/feeds/{feed_id}/runs", Page[shapes.ReportedRun], _("List the runs of a feed, the newest first"))
def list_feed_runs(request: HttpRequest, feed_id: str, window: Asked) -> Page[shapes.ReportedRun]:
    feed = access.feed_for(actor_of(request), feed_id)
    return page_of(feed.runs.select_related("feed"), window, shapes.ReportedRun.of_row, key="run_id", newest_first=True)


@operations.write("PUT", "/feeds/{feed_id}", shapes.Feed, _("Say how often a feed is expected, or switch it off"))
def change_feed(request: HttpRequest, feed_id: str, body: shapes.FeedChange) -> shapes.Feed:
    actor = actor_of(request)
    feed = access.feed_for(actor, feed_id)
    actions.change_feed(
        actor=actor, feed=feed, expected_every=body.expected_every, is_watched=body.is_watched, now=utc_now()
    )
    found = queries.feeds_of(feed.environment)
    return shapes.Feed.of(next(state for state in found if state.id == feed.pk))
