"""Rotas made by the real verbs. For tests and the demo only; no other module imports it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from liaison.accounts.models import Identity
from liaison.accounts.testing import TESTS
from liaison.calendars import actions
from liaison.calendars.actions.layers import LayerPlan
from liaison.calendars.held import turns_ahead
from liaison.calendars.loading import load_rotas
from liaison.calendars.models import Layer, Override, Rota, Swap
from liaison.lib.clock import utc_now


def make_rota(name: str = "First line", zone: str = "Europe/Rome", now: datetime | None = None) -> Rota:
    """Make a rota without layers."""
    return actions.create_rota(actor=TESTS, name=name, time_zone=zone, now=now or utc_now())


def make_layer(
    rota: Rota,
    *people: Identity,
    starts_on: date | None = None,
    handover_minute: int = 540,
    turn_days: int = 7,
    hours: tuple[tuple[frozenset[int], int, int], ...] = (),
    now: datetime | None = None,
) -> Layer:
    """Make a layer whose people take turns of a week from 09:00, by default since two weeks ago."""
    moment = now or utc_now()
    plan = LayerPlan(
        people=tuple(person.public_id for person in people),
        starts_on=starts_on or moment.date() - timedelta(days=14),
        handover_minute=handover_minute,
        turn_days=turn_days,
        hours=hours,
    )
    return actions.add_layer(actor=TESTS, rota=rota, plan=plan, now=moment)


def make_override(layer: Layer, person: Identity, starts_at: datetime, ends_at: datetime, now: datetime) -> Override:
    """Let somebody take over a layer."""
    return actions.add_override(
        actor=TESTS, layer=layer, person=person.public_id, starts_at=starts_at, ends_at=ends_at, now=now
    )


def make_swap(layer: Layer, asker: Identity, now: datetime) -> Swap:
    """Let somebody ask to swap their first turn ahead for the first one of somebody else. The layer must have both."""
    (rota,) = load_rotas(now, now + timedelta(days=400), pk=layer.rota_id)
    ahead = list(turns_ahead(rota.facts, now, now + timedelta(days=120)))
    own = next(turn for turn in ahead if turn.person == asker.pk)
    other = next(turn for turn in ahead if turn.person not in (None, asker.pk))
    return actions.ask_for_swap(
        actor=asker, own=layer, own_starts_at=own.starts_at, other=layer, other_starts_at=other.starts_at, now=now
    )
