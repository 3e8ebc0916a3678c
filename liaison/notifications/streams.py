"""Who waits for whom: the streams to each destination, and the bundles that gather. Few statements for any number.

All of an account is decided by one transaction after the other, from here to its commit: so two that tell the same
people in another order cannot block each other, and each sees what the one before it has opened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.conf import settings

from liaison.lib.driver import preparing_cursor
from liaison.lib.ids import new_public_id
from liaison.notifications.bundling import (
    FLAPPING_WITHIN,
    Flow,
    Limits,
    Slot,
    bundle_key,
    calmed,
    held_of,
    pause_of,
    slot,
)
from liaison.notifications.facts import Held, HeldBecause, Planned
from liaison.notifications.models import Announcement, Message, MessageState, Stream

_LOCK_SPACE: Final = 0x4E4F54  # apart from the advisory locks of other rooms
_FLAPPING: Final = "flapping"
_FEW: Final = 4

_MESSAGES: Final = Message._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
_ANNOUNCEMENTS: Final = Announcement._meta.db_table  # noqa: SLF001
_STREAMS: Final = Stream._meta.db_table  # noqa: SLF001

# The rows of `unnest` come, and are locked, in the order of the list.
_LOCK: Final = "SELECT pg_advisory_xact_lock(%(space)s, number) FROM unnest(%(accounts)s::integer[]) AS number"

# What gathers is locked here: a worker that looks now passes it over, and finds it complete a moment later.
_READ: Final = f"""
WITH gathering AS MATERIALIZED (
    SELECT bundle, id, due_at FROM {_MESSAGES}
    WHERE state = '{MessageState.GATHERING}' AND bundle = ANY({{keys}})
    FOR UPDATE
)
SELECT wanted.key, stream.last_due_at, stream.full_at, gathering.id, gathering.due_at, NULL::bigint, NULL::text
FROM unnest({{keys}}) AS wanted (key)
LEFT JOIN {_STREAMS} AS stream ON stream.key = wanted.key
LEFT JOIN gathering ON gathering.bundle = wanted.key
UNION ALL
SELECT said.subject_kind, NULL, NULL, NULL, NULL, count(*), said.subject_id
FROM unnest({{kinds}}, {{subjects}}) AS wanted (kind, id)
JOIN {_ANNOUNCEMENTS} AS said
    ON said.subject_kind = wanted.kind AND said.subject_id = wanted.id AND said.at > %(since)s
GROUP BY said.subject_kind, said.subject_id
"""  # noqa: S608  # table names and states are our own constants

_KEEP_FLOWS: Final = f"""
INSERT INTO {_STREAMS} (key, last_due_at, full_at)
SELECT * FROM unnest(%(keys)s::text[], %(last)s::timestamptz[], %(full)s::timestamptz[])
ON CONFLICT (key) DO UPDATE SET last_due_at = EXCLUDED.last_due_at, full_at = EXCLUDED.full_at
"""  # noqa: S608

# What is due takes nobody in any more: in a storm it would be locked by one that joins whenever a worker looks.
_CLOSE: Final = f"UPDATE {_MESSAGES} SET bundle = id::text WHERE id = ANY(%(ids)s::bigint[])"  # noqa: S608

_OPEN: Final = f"""
INSERT INTO {_MESSAGES} (bundle, public_id, message_id, account_id, lane, channel, address, priority, due_at,
    created_at, state, attempt, unanswered, is_confidential, subject_line, sent_sha256)
SELECT given.*, given.due_at, '{MessageState.GATHERING}', 0, 0, false, '', ''
FROM unnest(%(bundle)s::text[], %(public_id)s::text[], %(message_id)s::text[], %(account)s::bigint[],
    %(lane)s::bigint[], %(channel)s::text[], %(address)s::text[], %(priority)s::smallint[], %(due_at)s::timestamptz[])
    AS given (bundle, public_id, message_id, account_id, lane, channel, address, priority, due_at)
ORDER BY given.bundle
ON CONFLICT (bundle) WHERE state = '{MessageState.GATHERING}'
DO UPDATE SET priority = LEAST({_MESSAGES}.priority, EXCLUDED.priority),
    due_at = LEAST({_MESSAGES}.due_at, EXCLUDED.due_at)
RETURNING bundle, id, due_at
"""  # noqa: S608


@dataclass(frozen=True)
class Request:
    """One recipient of one announcement who may have to wait. `is_digest`: it waits in any case, until `planned.at`."""

    announcement: Announcement
    planned: Planned
    destination: str
    priority: int
    is_digest: bool

    @property
    def key(self) -> str:
        moment = (self.planned.at.isoformat(),) if self.is_digest else ()
        return bundle_key(self.announcement.account_id, self.planned.channel, self.destination, *moment)

    @property
    def flapping_key(self) -> str:
        return bundle_key(self.announcement.account_id, self.planned.channel, self.destination, _FLAPPING)

    @property
    def subject(self) -> tuple[str, str]:
        return self.announcement.subject_kind, self.announcement.subject_id


@dataclass(frozen=True)
class Ticket:
    """When somebody is told, with what, and what makes them wait. `message` is None for who is told alone."""

    at: datetime
    held: tuple[Held, ...] = ()
    message: int | None = None


def limits() -> Limits | None:
    """Return what a destination gets, by the settings; None where nothing is held in a storm."""
    if not settings.BUNDLE_SECONDS:
        return None
    return Limits(
        window=timedelta(seconds=settings.BUNDLE_SECONDS),
        burst=settings.DESTINATION_BURST,
        interval=timedelta(hours=1) / settings.DESTINATION_PER_HOUR,
    )


def turn_of(account_id: int | None) -> tuple[int, int]:
    """Return the advisory lock of whoever decides for an account."""
    return _LOCK_SPACE, (account_id or 0) % 2**31


def take_tickets(requests: Sequence[Request], now: datetime, *, has_turn: bool = False) -> list[Ticket]:
    """Decide for each request, in their order, and open the bundles that it takes. In the caller's transaction.

    Until that ends nobody else decides for the same accounts. `has_turn`: their locks were taken before.
    """
    if not has_turn:
        accounts = {turn_of(request.announcement.account_id)[1] for request in requests}
        _run(_LOCK, {"space": _LOCK_SPACE, "accounts": sorted(accounts)})
    decisions = _Decisions(limits(), now, *_read(requests, now))
    places = [decisions.place_of(request) for request in requests]
    messages = _messages_of(decisions, requests, places)
    return [
        Ticket(found.at, _held(request, found), None if key is None else messages[key])
        for request, (key, found) in zip(requests, places, strict=True)
    ]


def forget_streams(before: datetime) -> int:
    """Delete what says nothing any more: destinations at rest since `before`; returns how many."""
    deleted, _by_model = Stream.objects.filter(full_at__lt=before, last_due_at__lt=before).delete()
    return deleted


@dataclass
class _Decisions:
    """What is known of the streams, and what was decided in this transaction so far."""

    limits: Limits | None
    now: datetime
    flows: dict[str, Flow]
    gathering: dict[str, tuple[int, datetime]]
    said: Mapping[tuple[str, str], int]
    changed: dict[str, Flow] = field(default_factory=dict)
    opened: dict[str, tuple[datetime, Request]] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, (message, due_at) in list(self.gathering.items()):
            if due_at <= self.now:
                self.closed.append(message)
                del self.gathering[key]

    def place_of(self, request: Request) -> tuple[str | None, Slot]:
        """Return the key of the bundle, None for who is told alone, and the moment."""
        if request.is_digest:
            self._open(request.key, request.planned.at, request)
            return request.key, Slot(request.planned.at)
        if self.limits is None:
            return None, Slot(request.planned.at)
        flow, pause = self.flows.get(request.key), pause_of(self.said.get(request.subject, 1))
        key = request.key if pause is None else request.flapping_key
        until = self._gathers_until(key)
        if pause is None:
            found = slot(self.now, flow, self.limits, gathers_until=until)
        else:
            found = calmed(self.now, flow, self.limits, pause, gathers_until=until)
        if found.flow is not None:
            self.flows[request.key] = self.changed[request.key] = found.flow
        if found.because is None:
            return None, found
        self._open(key, found.at, request)
        return key, found

    def _gathers_until(self, key: str) -> datetime | None:
        if key in self.gathering:
            return self.gathering[key][1]
        return self.opened[key][0] if key in self.opened else None

    def _open(self, key: str, due_at: datetime, request: Request) -> None:
        if key not in self.gathering and key not in self.opened:
            self.opened[key] = (due_at, request)


def _read(
    requests: Sequence[Request], now: datetime
) -> tuple[dict[str, Flow], dict[str, tuple[int, datetime]], dict[tuple[str, str], int]]:
    """Return the streams, what gathers, and how often each subject was announced lately. One statement."""
    in_stream = [request for request in requests if not request.is_digest and settings.BUNDLE_SECONDS]
    keys = {request.key for request in requests} | {request.flapping_key for request in in_stream}
    subjects = {request.subject for request in in_stream}
    kinds, ids = [kind for kind, _id in subjects], [subject_id for _kind, subject_id in subjects]
    lists = {**_named("keys", list(keys)), **_named("kinds", kinds), **_named("subjects", ids)}
    rows = _run(
        _reading(min(len(keys), _FEW + 1), min(len(subjects), _FEW + 1)), {**lists, "since": now - FLAPPING_WITHIN}
    )
    flows: dict[str, Flow] = {}
    gathering: dict[str, tuple[int, datetime]] = {}
    said: dict[tuple[str, str], int] = {}
    for key, last_due_at, full_at, message, due_at, count, subject_id in rows:
        if count is not None:
            said[key, subject_id] = count
            continue
        if last_due_at is not None:
            flows[key] = Flow(last_due_at, full_at)
        if message is not None:
            gathering[key] = (message, due_at)
    return flows, gathering, said


@cache
def _reading(keys: int, subjects: int) -> str:
    return _READ.format(keys=_list("keys", keys), kinds=_list("kinds", subjects), subjects=_list("subjects", subjects))


def _list(name: str, count: int) -> str:
    """Write a list of texts, one of at most four piece by piece.

    Of any other the planner takes that it is long: it makes its plan anew each time, which takes longer than to answer.
    """
    if count > _FEW:
        return f"%({name})s::text[]"
    return f"ARRAY[{', '.join(f'%({name}_{place})s' for place in range(count))}]::text[]"


def _named(name: str, values: list[str]) -> dict[str, Any]:
    """Return the parameters of a list that `_list` wrote."""
    if len(values) > _FEW:
        return {name: values}
    return {f"{name}_{place}": value for place, value in enumerate(values)}


def _messages_of(
    decisions: _Decisions, requests: Collection[Request], places: Iterable[tuple[str | None, Slot]]
) -> dict[str, int]:
    """Write down what was decided, and return the message of each bundle by its key."""
    if decisions.changed:
        _keep(decisions.changed)
    if decisions.closed:
        _run(_CLOSE, {"ids": decisions.closed})
    messages = {key: message for key, (message, _due_at) in decisions.gathering.items()}
    if decisions.opened:
        messages |= _open(decisions.opened)
    return messages


def _keep(flows: Mapping[str, Flow]) -> None:
    keys = sorted(flows)
    _run(
        _KEEP_FLOWS,
        {
            "keys": keys,
            "last": [flows[key].last_due_at for key in keys],
            "full": [flows[key].full_at for key in keys],
        },
    )


def _open(opened: Mapping[str, tuple[datetime, Request]]) -> dict[str, int]:
    keys = sorted(opened)
    requests = [opened[key][1] for key in keys]
    names = [new_public_id() for _ in keys]
    rows = _run(
        _OPEN,
        {
            "bundle": keys,
            "public_id": names,
            "message_id": [f"<{name}@{settings.MESSAGE_ID_DOMAIN}>" for name in names],
            "account": [request.announcement.account_id for request in requests],
            "lane": [request.announcement.account_id or 0 for request in requests],
            "channel": [request.planned.channel.value for request in requests],
            "address": [request.planned.address for request in requests],
            "priority": [request.priority for request in requests],
            "due_at": [opened[key][0] for key in keys],
        },
    )
    return {bundle: message for bundle, message, _due_at in rows}


def _held(request: Request, found: Slot) -> tuple[Held, ...]:
    if request.is_digest and not request.planned.held:
        return (Held(HeldBecause.BUNDLED, found.at),)
    return held_of(request.planned, found)


def _run(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with preparing_cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
