"""Setting, trying and removing the health check of an environment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.integrations.models import Environment
from liaison.lib.http import CallError, HttpClient, Limits, Obstacle
from liaison.lib.refusals import Conflict, FieldProblem, Invalid
from liaison.notifications.outbound import CHECK_SECONDS
from liaison.probes.access import require_manage
from liaison.probes.asking import probe_guard
from liaison.probes.counters import Counters
from liaison.probes.models import HealthCheck
from liaison.probes.vocabulary import ProbeCode

LONGEST_URL: Final = 500
SHORTEST_INTERVAL, LONGEST_INTERVAL = 10, 24 * 60 * 60
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 1, 30
FIRST_WITHIN: Final = timedelta(seconds=60)
TRIES_APART: Final = timedelta(seconds=10)

_WHY_NOT: Final[Mapping[Obstacle, ProbeCode]] = MappingProxyType(
    {
        Obstacle.SCHEME_NOT_ALLOWED: ProbeCode.SCHEME_NOT_ALLOWED,
        Obstacle.USER_INFO_NOT_ALLOWED: ProbeCode.USER_INFO_NOT_ALLOWED,
        Obstacle.HOST_UNUSABLE: ProbeCode.HOST_UNUSABLE,
        Obstacle.HOST_UNKNOWN: ProbeCode.HOST_UNKNOWN,
        Obstacle.PORT_NOT_ALLOWED: ProbeCode.PORT_NOT_ALLOWED,
        Obstacle.ADDRESS_NOT_ALLOWED: ProbeCode.ADDRESS_NOT_ALLOWED,
    }
)


@dataclass(frozen=True)
class CheckWish:
    """How an environment shall be checked. Intervals and time limits are in seconds."""

    url: str
    interval_seconds: int = 60
    timeout_seconds: int = 10
    is_on: bool = True


def set_health_check(*, actor: Actor, environment: Environment, wish: CheckWish, now: datetime) -> HealthCheck:
    """Set the health check of an environment. Another address, or switching it on, begins to count anew.

    The name in the address is looked up before anything is locked, and only for those who may do this. Raises Invalid.
    """
    require_manage(actor, environment.integration.account)
    _refuse_unusable(wish)
    with transaction.atomic():
        Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
        before = HealthCheck.objects.select_for_update().filter(environment=environment).first()
        changes = _changes(before, wish)
        if before is not None and not changes:
            return before
        check = before or HealthCheck(environment=environment, created_at=now)
        for name, value in asdict(wish).items():
            setattr(check, name, value)
        _begin(check, anew=not changes.keys().isdisjoint({"url", "is_on"}), now=now)
        check.save()
        _record(Happened.HEALTH_CHECK_CHANGED, actor, environment, check, now, changes=changes)
    return check


def ask_now(*, actor: Actor, check: HealthCheck, now: datetime) -> HealthCheck:
    """Let the next request be made at once; it counts as any other. At most one in ten seconds.

    No history: the result tells it. Raises Conflict.
    """
    with transaction.atomic():
        require_manage(actor, check.environment.integration.account)
        locked = HealthCheck.objects.select_for_update().get(pk=check.pk)
        if not locked.is_on:
            raise Conflict(ProbeCode.IS_OFF)
        if locked.last_at is not None and now - locked.last_at < TRIES_APART:
            left = TRIES_APART - (now - locked.last_at)
            raise Conflict(ProbeCode.TRIED_JUST_NOW, seconds=min(int(left.total_seconds()) + 1, TRIES_APART.seconds))
        locked.next_at = min(locked.next_at, now)
        locked.save(update_fields=["next_at"])
    return locked


def remove_health_check(*, actor: Actor, check: HealthCheck, now: datetime) -> None:
    """Make no more requests, and forget the results."""
    with transaction.atomic():
        environment = check.environment
        require_manage(actor, environment.integration.account)
        locked = HealthCheck.objects.select_for_update().get(pk=check.pk)
        _record(Happened.HEALTH_CHECK_REMOVED, actor, environment, locked, now, facts={"url": _shown(locked.url)})
        locked.delete()


def _refuse_unusable(wish: CheckWish) -> None:
    problems = []
    code = _wrong_url(wish.url)
    if code is not None:
        problems.append(FieldProblem("url", code))
    if not SHORTEST_INTERVAL <= wish.interval_seconds <= LONGEST_INTERVAL:
        facts = {"least": SHORTEST_INTERVAL, "most": LONGEST_INTERVAL}
        problems.append(FieldProblem("interval_seconds", ProbeCode.INTERVAL_UNUSABLE, facts))
    if not SHORTEST_TIMEOUT <= wish.timeout_seconds <= LONGEST_TIMEOUT:
        facts = {"least": SHORTEST_TIMEOUT, "most": LONGEST_TIMEOUT}
        problems.append(FieldProblem("timeout_seconds", ProbeCode.TIMEOUT_UNUSABLE, facts))
    if problems:
        raise Invalid(tuple(problems))


def _wrong_url(url: str) -> ProbeCode | None:
    if len(url) > LONGEST_URL:
        return ProbeCode.URL_UNUSABLE
    try:
        with HttpClient(probe_guard(), limits=Limits(connect_seconds=CHECK_SECONDS)) as client:
            client.check(url)
    except CallError as error:
        return _WHY_NOT.get(error.obstacle, ProbeCode.URL_UNUSABLE)
    return None


def _changes(before: HealthCheck | None, wish: CheckWish) -> dict[str, list[Any]]:
    pairs = {name: [None if before is None else getattr(before, name), value] for name, value in asdict(wish).items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _begin(check: HealthCheck, *, anew: bool, now: datetime) -> None:
    """Draw the check's place in its interval, and take what is under way out of its worker's hands."""
    longest = min(timedelta(seconds=check.interval_seconds), FIRST_WITHIN)
    check.next_at = now + timedelta(milliseconds=secrets.randbelow(int(longest.total_seconds() * 1000)))
    check.claimed_until = None
    if anew:
        for name, value in asdict(Counters()).items():
            setattr(check, name, value)


def _record(
    happened: Happened,
    actor: Actor,
    environment: Environment,
    check: HealthCheck,
    now: datetime,
    *,
    changes: Mapping[str, list[Any]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    told = dict(changes or {})
    if "url" in told:
        told["url"] = [_shown(url) for url in told["url"]]
    record(
        happened,
        actor=actor.audit_ref,
        subject=check.audit_ref,
        account_id=environment.integration.account_id,
        changes=told,
        facts={"integration": environment.integration_id, "environment": environment.name, **(facts or {})},
        now=now,
    )


def _shown(url: str | None) -> str | None:
    """Return the address without what stands behind `?`: that may be a secret, and history is for ever."""
    return None if url is None else url.partition("?")[0]
