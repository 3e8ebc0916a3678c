"""The verbs of feeds: a run is reported, and what is expected of a feed changes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.feeds.access import require_manage, require_send
from liaison.feeds.models import Feed, FeedRun
from liaison.feeds.reports import KnownRun, RunReport, cleaned, joined
from liaison.feeds.vocabulary import FeedCode
from liaison.integrations.actions import stamp_intake_key
from liaison.integrations.models import Environment
from liaison.integrations.senders import Sender
from liaison.lib.refusals import Conflict, FieldProblem, Invalid

MOST_FEEDS: Final = 50
SHORTEST_INTERVAL: Final = 1
LONGEST_INTERVAL: Final = 60 * 24 * 60


def report_run(*, sender: Sender, environment: Environment, report: RunReport, now: datetime) -> FeedRun:
    """Keep what is said of one run, and make the feed with its first report. Saying it twice changes nothing.

    No history of the runs themselves: they are their own. Raises Invalid, and Conflict for one feed too many.
    """
    require_send(sender, environment)
    report = cleaned(report, now)
    with transaction.atomic():
        feed = _feed(sender, environment, report.feed, now)
        kept = FeedRun.objects.filter(feed=feed, run_id=report.run_id).first()
        columns = asdict(joined(_known(kept), report))
        if kept is None:
            kept = FeedRun.objects.create(feed=feed, run_id=report.run_id, received_at=now, **columns)
        else:
            for name, value in columns.items():
                setattr(kept, name, value)
            kept.received_at = now
            kept.save(update_fields=[*columns, "received_at"])
        if sender.key is not None:
            stamp_intake_key(key=sender.key, now=now)
    return kept


def change_feed(*, actor: Actor, feed: Feed, expected_every: int, is_watched: bool, now: datetime) -> Feed:
    """Set after how many minutes the next run is expected, and whether anybody is told of this feed's problems."""
    with transaction.atomic():
        account = feed.environment.integration.account
        require_manage(actor, account)
        if not SHORTEST_INTERVAL <= expected_every <= LONGEST_INTERVAL:
            facts = {"least": SHORTEST_INTERVAL, "most": LONGEST_INTERVAL // (60 * 24)}
            raise Invalid((FieldProblem("expected_every", FeedCode.INTERVAL_UNUSABLE, facts),))
        locked = Feed.objects.select_for_update(no_key=True).get(pk=feed.pk)
        wanted = {"expected_every": expected_every, "is_watched": is_watched}
        changes = {name: [getattr(locked, name), value] for name, value in wanted.items()}
        changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
        if changes:
            Feed.objects.filter(pk=feed.pk).update(**wanted)
            record(
                Happened.FEED_CHANGED,
                actor=actor.audit_ref,
                subject=feed.audit_ref,
                account_id=account.pk,
                changes=changes,
                facts={"feed": locked.name},
                now=now,
            )
    feed.expected_every, feed.is_watched = expected_every, is_watched
    return feed


def _feed(sender: Sender, environment: Environment, name: str, now: datetime) -> Feed:
    """Return the feed of this name, locked: its runs are decided one after the other."""
    found = Feed.objects.select_for_update(no_key=True).filter(environment=environment, name=name).first()
    if found is not None:
        return found
    # Only the first report of a name takes this lock, so that two at once make one feed.
    Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    if Feed.objects.filter(environment=environment, name=name).exists():
        return Feed.objects.select_for_update(no_key=True).get(environment=environment, name=name)
    if Feed.objects.filter(environment=environment).count() >= MOST_FEEDS:
        raise Conflict(FeedCode.TOO_MANY, most=MOST_FEEDS)
    made = Feed.objects.create(environment=environment, name=name, created_at=now)
    record(
        Happened.FEED_ADDED,
        actor=sender.audit_ref,
        subject=made.audit_ref,
        account_id=environment.integration.account_id,
        facts={"feed": name, "integration": environment.integration_id, "environment": environment.name},
        now=now,
    )
    return made


def _known(run: FeedRun | None) -> KnownRun | None:
    if run is None:
        return None
    return KnownRun(
        run.started_at,
        run.ended_at,
        run.entities,
        run.errors,
        run.errors_by_type,
        run.oldest_entity_at,
        run.stale_entities,
    )
