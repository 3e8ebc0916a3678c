"""The demo's ordinary day: what the platform has reported since yesterday, and what it goes on reporting.

One integration does well, but for an hour yesterday; of the other, a third of the bookings has failed for a while. What
the rules make of it is theirs: an incident is there as soon as they were asked.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Thread
from typing import TYPE_CHECKING, Final

from liaison.demo.cast import LANTERNA
from liaison.demo.traffic import Stretch, report
from liaison.integrations import actions as integrations
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now
from liaison.probes import actions as probes
from liaison.probes.actions import CheckWish

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from liaison.accounts.models import Identity
    from liaison.demo.client import Browser
    from liaison.demo.receiver import Partner
    from liaison.demo.seed import Stage
    from liaison.integrations.models import Environment, Integration

_ORDERS: Final = ("Checkout", "SubmitOrder")
_BOOKINGS: Final = ("CheckAvailability", "CreateBooking")
_DAY: Final = 24 * 60
MINUTE: Final = timedelta(minutes=1)
_FAILING: Final = 0.35
_FEED: Final = "/api/v1/feeds/runs"


def begin(stage: Stage, browser: Browser, partner: Partner, stop: threading.Event) -> None:
    """Report the last day at once, and from now on each minute until `stop`. The partner must have been started."""
    ordering, things_to_do = stage.integrations[LANTERNA.slug]
    actor, now = stage.people["luca"], utc_now()
    keys = [_key_of(actor, _production(one), now) for one in (ordering, things_to_do)]
    this_minute = now.replace(second=0, microsecond=0)
    report(browser, keys[0], _day_of_orders(this_minute), "the-last-day")
    report(browser, keys[1], _day_of_bookings(this_minute), "the-last-day")
    for days in range(7, 0, -1):
        _run_of_a_feed(browser, keys[0], this_minute - timedelta(days=days) + timedelta(hours=20))
    wish = CheckWish(url=partner.url, interval_seconds=30, timeout_seconds=5)
    probes.set_health_check(actor=actor, environment=_production(ordering), wish=wish, now=now)
    Thread(target=_go_on, args=(browser, keys, this_minute, stop), name="traffic", daemon=True).start()


def _go_on(browser: Browser, keys: Sequence[str], since: datetime, stop: threading.Event) -> None:
    minute = since
    while not stop.wait(max((minute + MINUTE - utc_now()).total_seconds(), 0)):
        orders, bookings = Stretch(minute, 1, _ORDERS), Stretch(minute, 1, _BOOKINGS, failing=_FAILING)
        for key, calls in zip(keys, (orders, bookings), strict=True):
            with suppress(OSError):  # a portal that is stopping takes no more
                report(browser, key, [calls], f"minute-{minute:%Y%m%d%H%M}")
        minute += MINUTE


def _day_of_orders(now: datetime) -> list[Stretch]:
    """Return a day that went well, but for an hour in which some orders failed and all were slow."""
    start = now - _DAY * MINUTE
    trouble = now - timedelta(hours=15)
    well = _DAY - 15 * 60
    return [
        Stretch(start, well, _ORDERS),
        Stretch(trouble, 60, _ORDERS, failing=0.1, latency_ms=2400),
        Stretch(trouble + timedelta(hours=1), _DAY - well - 60, _ORDERS),
    ]


def _day_of_bookings(now: datetime) -> list[Stretch]:
    """Return a day that went well until half an hour ago."""
    start, bad = now - _DAY * MINUTE, 30
    return [
        Stretch(start, _DAY - bad, _BOOKINGS),
        Stretch(now - bad * MINUTE, bad, _BOOKINGS, failing=_FAILING, latency_ms=900),
    ]


def _run_of_a_feed(browser: Browser, key: str, ended_at: datetime) -> bool:
    run = {
        "feed": "menus",
        "run_id": f"menus-{ended_at:%Y%m%d}",
        "started_at": (ended_at - timedelta(minutes=12)).isoformat(),
        "ended_at": ended_at.isoformat(),
        "entities": 4_200,
        "errors": {"price_missing": 31, "image_too_small": 12},
        "oldest_entity_at": (ended_at - timedelta(hours=30)).isoformat(),
        "stale_entities": 4,
    }
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return browser.send("POST", _FEED, json.dumps(run).encode(), headers).status in {HTTPStatus.OK, HTTPStatus.CREATED}


def _production(integration: Integration) -> Environment:
    return integration.environments.select_related("integration__account").get(name=EnvironmentName.PRODUCTION)


def _key_of(actor: Identity, environment: Environment, now: datetime) -> str:
    made = integrations.create_intake_key(actor=actor, environment=environment, name="Signals of the demo", now=now)
    return made.secret
