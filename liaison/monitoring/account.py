"""How the integrations of one account do: a card for each, in as many queries for many as for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.detection.rulebook import rulebooks
from liaison.feeds.queries import FeedState, latest_runs
from liaison.integrations.models import Environment, EnvironmentName, Integration
from liaison.monitoring.access import visible_environments
from liaison.monitoring.objective import PERIOD, Budget, objective_of
from liaison.monitoring.overview import Row, rows_of
from liaison.monitoring.series import totals_since
from liaison.probes.queries import BeatState, CheckState, check_states, heartbeats
from liaison.signals.queries import Sums, last_minutes


@dataclass(frozen=True, slots=True)
class EnvironmentCard:
    """One environment. `last_minute` is the newest minute that anything was reported for."""

    row: Row
    last_minute: datetime | None
    feeds: Sequence[FeedState]
    check: CheckState | None
    beats: Sequence[BeatState]
    budget: Budget | None

    @property
    def is_silent(self) -> bool:
        """Say whether nothing at all is known, so that somebody must set something up first."""
        return self.last_minute is None and not self.feeds and self.check is None and not self.beats


@dataclass(frozen=True, slots=True)
class IntegrationCard:
    """An integration with its environments, production first."""

    integration: Integration
    environments: tuple[EnvironmentCard, ...]


def cards_of(actor: Actor, account: Account, now: datetime) -> tuple[IntegrationCard, ...]:
    """Return the integrations of an account that the actor sees, the oldest first."""
    found = visible_environments(actor).filter(integration__account=account)
    cards = environment_cards(list(found.order_by("integration", "name")), now)
    by_integration: dict[int, list[EnvironmentCard]] = {}
    for card in cards:
        by_integration.setdefault(card.row.environment.integration_id, []).append(card)
    return tuple(
        IntegrationCard(own[0].row.environment.integration, tuple(sorted(own, key=_production_first)))
        for own in by_integration.values()
    )


def environment_cards(environments: Sequence[Environment], now: datetime) -> tuple[EnvironmentCard, ...]:
    """Return a card for each environment, in their order. They were read with integration, account and standing."""
    keys = [one.pk for one in environments]
    feeds, checks, beats = latest_runs(keys), check_states(keys), heartbeats(keys)
    newest = last_minutes(keys)
    budgets = _budgets(environments, now)
    return tuple(
        EnvironmentCard(
            row=row,
            last_minute=newest.get(row.environment.pk),
            feeds=feeds.get(row.environment.pk, ()),
            check=checks.get(row.environment.pk),
            beats=beats.get(row.environment.pk, ()),
            budget=budgets.get(row.environment.pk),
        )
        for row in rows_of(environments)
    )


def is_fresh(feed: FeedState, now: datetime) -> bool:
    """Say whether a feed was delivered within the time in which it is expected."""
    return feed.last_ended_at is not None and now - feed.last_ended_at <= feed.expected_every


def is_beating(beat: BeatState, now: datetime) -> bool:
    """Say whether a heartbeat came lately; one beat may be missed."""
    return beat.last_at is not None and now - beat.last_at <= 2 * beat.expected_every


def _production_first(card: EnvironmentCard) -> bool:
    return card.row.environment.name != EnvironmentName.PRODUCTION


def _budgets(environments: Sequence[Environment], now: datetime) -> Mapping[int, Budget]:
    """Return what is left of each objective in production; those with the same actions are read together."""
    production = [one for one in environments if one.name == EnvironmentName.PRODUCTION]
    rules = rulebooks([one.integration for one in production])
    objectives = {one.pk: objective_of(rules[one.integration_id]) for one in production}
    wanted: dict[tuple[str, ...], list[int]] = {}
    for key, objective in objectives.items():
        if objective is not None:
            wanted.setdefault(objective.actions, []).append(key)
    since = (now - PERIOD).replace(second=0, microsecond=0) + timedelta(minutes=1)
    sums: dict[int, Sums] = {}
    for actions, keys in wanted.items():
        sums.update(totals_since(keys, since, actions))
    none = Sums()
    return {
        key: Budget(objective, sums.get(key, none).calls, sums.get(key, none).errors)
        for key, objective in objectives.items()
        if objective is not None
    }
