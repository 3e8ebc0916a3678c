"""Which deliveries somebody asks for: read from an address, applied to what they may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from liaison.accounts.access import visible_accounts
from liaison.accounts.actors import Actor
from liaison.catalog.vocabulary import Topic
from liaison.health.access import visible_incidents
from liaison.health.models import Incident
from liaison.health.vocabulary import SubjectKind
from liaison.integrations.models import Integration
from liaison.ledger.access import searches_addresses
from liaison.lib.text import nfc
from liaison.lib.zones import is_within_the_calendar, resolve_local
from liaison.notifications.facts import OPERATOR_REASONS, Reason
from liaison.notifications.models import Delivery, DeliveryState, MessageState

LONGEST_SEARCH: Final = 100


class State(StrEnum):
    """The states that can be asked for, which are those that people see (`web.states`)."""

    PENDING = "pending"
    DEFERRED = "deferred"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


_OPEN: Final = Q(state=DeliveryState.PENDING)
# What waits alone, as programs get it, and was not tried yet.
_HELD: Final = Q(message__state=MessageState.PENDING, message__attempt=0) & ~Q(held=[])
STATES: Final[Mapping[str, Q]] = MappingProxyType(
    {
        State.PENDING.value: _OPEN & Q(message__state=MessageState.PENDING) & ~_HELD,
        State.DEFERRED.value: _OPEN & (Q(message__state=MessageState.GATHERING) | _HELD),
        State.SENDING.value: _OPEN & Q(message__state__in=(MessageState.SENDING, MessageState.HANDED_OVER)),
        State.UNKNOWN.value: _OPEN & Q(message__state=MessageState.UNKNOWN),
        State.DELIVERED.value: Q(state=DeliveryState.ACCEPTED),
        State.BOUNCED.value: Q(state=DeliveryState.BOUNCED),
        State.FAILED.value: Q(state=DeliveryState.FAILED),
        State.CANCELLED.value: Q(state=DeliveryState.CANCELLED),
        State.SUPPRESSED.value: Q(state=DeliveryState.SUPPRESSED),
    }
)


@dataclass(frozen=True)
class Wanted:
    """What is asked for; empty means all. Dates are days in the reader's zone, `until` included.

    `who` is part of a name, or of an address where the reader sees all addresses. `person` is the public id of a user.
    """

    who: str = ""
    person: str = ""
    reason: str = ""
    topic: str = ""
    state: str = ""
    integration: str = ""
    incident: str = ""
    account: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == Wanted()

    @property
    def query(self) -> str:
        """Return it as the query of an address."""
        return urlencode({name: str(value) for name, value in vars(self).items() if value})


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Read what is asked for. What cannot be meant is left out, as on every list of the portal."""
    return Wanted(
        who=nfc(_plain(asked, "who"))[:LONGEST_SEARCH],
        person=_plain(asked, "person"),
        reason=_one_of(_plain(asked, "reason"), [one.value for one in Reason]),
        topic=_one_of(_plain(asked, "topic"), [one.value for one in Topic]),
        state=_one_of(_plain(asked, "state"), list(STATES)),
        integration=_plain(asked, "integration"),
        incident=_plain(asked, "incident"),
        account=_plain(asked, "account"),
        since=_day(_plain(asked, "since")),
        until=_day(_plain(asked, "until")),
    )


def apply(rows: QuerySet[Delivery], wanted: Wanted, actor: Actor, zone: str) -> QuerySet[Delivery]:
    """Narrow what the actor sees to what is asked for. Nothing here shows what `rows` does not hold."""
    return rows.filter(*_of_people(wanted, actor), *_of_matters(wanted, actor), *_of_days(wanted, zone))


def _of_people(wanted: Wanted, actor: Actor) -> Iterator[Q]:
    if wanted.who:
        yield _named(wanted.who, actor)
    if wanted.person:
        yield Q(identity__public_id=wanted.person)
    if wanted.reason:
        yield Q(reasons__contains=[{"reason": wanted.reason}])


def _of_matters(wanted: Wanted, actor: Actor) -> Iterator[Q]:
    if wanted.topic:
        yield Q(announcement__topics__contains=[wanted.topic])
    if wanted.state:
        yield STATES[wanted.state]
    if wanted.integration:
        yield _of_integration(wanted.integration, actor)
    if wanted.incident:
        yield _of_incident(wanted.incident, actor)
    if wanted.account:
        named = visible_accounts(actor).filter(slug=wanted.account)
        yield Q(announcement__account_id__in=named.values("pk"))


def _of_days(wanted: Wanted, zone: str) -> Iterator[Q]:
    if wanted.since:
        yield Q(announcement__at__gte=_start_of(wanted.since, zone))
    if wanted.until:
        yield Q(announcement__at__lt=_start_of(wanted.until + timedelta(days=1), zone))


def _named(words: str, actor: Actor) -> Q:
    named = Q(name__icontains=words)
    if not searches_addresses(actor):
        return named
    # The operator's own addresses show to its staff alone, so nobody else finds them by guessing.
    of_operator = Q()
    for reason in OPERATOR_REASONS:
        of_operator |= Q(reasons__contains=[{"reason": reason.value}])
    is_staff = getattr(actor, "is_staff", True)
    return named | (Q(address__icontains=words) if is_staff else Q(address__icontains=words) & ~of_operator)


def _of_integration(public_id: str, actor: Actor) -> Q:
    found = Integration.objects.filter(public_id=public_id, account__in=visible_accounts(actor))
    incidents = visible_incidents(actor).select_related(None).filter(environment__integration__in=found)
    return _is_about(SubjectKind.INCIDENT, incidents) | _is_about(SubjectKind.INTEGRATION, found)


def _of_incident(public_id: str, actor: Actor) -> Q:
    return _is_about(SubjectKind.INCIDENT, visible_incidents(actor).select_related(None).filter(public_id=public_id))


def _is_about(kind: SubjectKind, things: QuerySet[Integration] | QuerySet[Incident]) -> Q:
    keys = things.order_by().annotate(key=Cast("pk", CharField(max_length=64))).values("key")
    return Q(announcement__subject_kind=kind.value, announcement__subject_id__in=keys)


def _start_of(day: date, zone: str) -> datetime:
    return resolve_local(datetime.combine(day, time()), zone).instant_utc.astimezone(UTC)


def _plain(asked: Mapping[str, str], name: str) -> str:
    return str(asked.get(name, "")).replace("\x00", "").strip()


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_within_the_calendar(datetime.combine(day, time())) else None
