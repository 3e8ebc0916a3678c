"""Endpoints as the engine knows them: whose they are, how to use them, and how they fare.

The people of an account add and remove them (`contacts`); here they are read, and disabled when nobody answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.lib.prepared import Prepared
from liaison.lib.sealing import seal, unseal
from liaison.notifications.facts import Channel, Way
from liaison.notifications.models import Endpoint
from liaison.notifications.offer import offered_channels

DISABLE_AFTER: Final = timedelta(days=5)
NOTE_AT_MOST_EVERY: Final = timedelta(minutes=1)
_PURPOSE: Final = "endpoint secrets"
_ENGINE: Final = ActorRef(ActorKind.SYSTEM, "deliveries")


class DisabledBecause(StrEnum):
    BY_HAND = "by_hand"
    GONE = "gone"  # the receiver answered 410
    FAILING = "failing"  # nothing was accepted for days


TELEPHONE: Final = "tel:"
SEALED_CHANNELS: Final = frozenset({Channel.SLACK, Channel.TEAMS, Channel.GOOGLE_CHAT, Channel.APPRISE})
"""Channels whose whole address is a secret in itself: sealed, and never shown again."""

PHONE_CHANNELS: Final = frozenset({Channel.SMS, Channel.VOICE})
"""Channels that reach a phone number through the operator's gateway."""

_SHOWN_OF_A_NUMBER: Final = 3


@dataclass(frozen=True)
class UsableEndpoint:
    """What it takes to send to an endpoint. `secrets` are two while the old one still counts, the new one first.

    `url` is the whole address, or `tel:` and a phone number. Nothing is sent before `not_before`.
    """

    url: str
    secrets: tuple[str, ...]
    not_before: datetime | None = None

    @property
    def number(self) -> str:
        """Return the phone number in international form, `+39…`."""
        return self.url.removeprefix(TELEPHONE)


@dataclass(frozen=True)
class EndpointName:
    """What people call an endpoint, and where it is; both stay known after it was removed."""

    name: str
    url: str

    @property
    def label(self) -> str:
        """Return name and server, without the rest of the address: that may be a secret in itself."""
        return f"{self.name} ({host_of(self.url)})"


def host_of(url: str) -> str:
    """Return the server's name in an address that was checked when it was kept.

    Of a phone number its end, and of a service that needs no server its scheme.
    """
    if url.startswith(TELEPHONE):
        return f"…{url[-_SHOWN_OF_A_NUMBER:]}"
    parts = urlsplit(url)
    return parts.hostname or parts.scheme


_USABLE = Prepared(
    lambda account: (
        Endpoint.objects.filter(account_id=account, disabled_at=None, removed_at=None)
        .order_by("pk")
        .only("owner_key", "channel", "public_id", "only_emergencies")
    ),
    int,
)


def ways_by_owner(account_id: int, owners: Iterable[str]) -> dict[str, tuple[Way, ...]]:
    """Return the endpoints that can be told something, by the key of the person. One query.

    Those of channels that the operator does not offer (any more) are nobody's way.
    """
    found: dict[str, tuple[Way, ...]] = dict.fromkeys(owners, ())
    offered = offered_channels()
    for one in _USABLE.rows(account_id):
        if one.owner_key in found and one.channel in offered:
            found[one.owner_key] += (Way(Channel(one.channel), one.public_id, one.only_emergencies),)
    return {owner: ways for owner, ways in found.items() if ways}


def endpoint_names(public_ids: Iterable[str]) -> dict[str, EndpointName]:
    """Return the names of endpoints, also of those that were removed. One query, none for nothing."""
    wanted = frozenset(public_ids)
    if not wanted:
        return {}
    rows = Endpoint.objects.filter(public_id__in=wanted).values_list("public_id", "name", "url")
    return {public_id: EndpointName(name, url) for public_id, name, url in rows}


def usable_endpoint(public_id: str, now: datetime) -> UsableEndpoint | None:
    """Return what it takes to send, None for an endpoint that is disabled or gone. Raises BrokenSealError."""
    found = Endpoint.objects.filter(public_id=public_id, disabled_at=None, removed_at=None).first()
    if found is None:
        return None
    if found.channel in PHONE_CHANNELS:
        return UsableEndpoint(found.url, (), found.not_before)
    if found.channel in SEALED_CHANNELS:
        return UsableEndpoint(unsealed(found.secret), (), found.not_before)
    secrets = [found.secret]
    if found.previous_secret_until is not None and now < found.previous_secret_until:
        secrets.append(found.previous_secret)
    return UsableEndpoint(found.url, tuple(map(unsealed, secrets)), found.not_before)


def sealed(secret: str) -> str:
    return seal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)


def unsealed(secret: str) -> str:
    """Return the secret in the clear. Raises BrokenSealError."""
    return unseal(secret, key=settings.SECRET_KEY, purpose=_PURPOSE)


def note_accepted(public_id: str, now: datetime) -> None:
    """Note that the endpoint took something, at most once a minute while all is well."""
    stale = Q(last_accepted_at=None) | Q(last_accepted_at__lte=now - NOTE_AT_MOST_EVERY)
    known = Endpoint.objects.filter(public_id=public_id).filter(stale | Q(failing_since__isnull=False))
    known.update(last_accepted_at=now, failing_since=None)


def note_failure(public_id: str, now: datetime, *, wait: timedelta | None = None, is_ours: bool = False) -> timedelta:
    """Note that the endpoint took nothing, and return for how long now; after days of that it is disabled.

    `wait` is how long the other side asked us to wait: until then nothing is sent there. `is_ours` says that the
    trouble may be our gateway's: then nothing is disabled over it.
    """
    with transaction.atomic():
        known = Endpoint.objects.select_for_update().filter(public_id=public_id, disabled_at=None, removed_at=None)
        endpoint = known.first()
        if endpoint is None:
            return timedelta()
        if endpoint.failing_since is None:
            endpoint.failing_since = now
        if wait:
            endpoint.not_before = now + wait
        endpoint.save(update_fields=["failing_since", "not_before"])
        failing_for = now - endpoint.failing_since
        if failing_for >= DISABLE_AFTER and not is_ours:
            _disable(endpoint, DisabledBecause.FAILING, now)
        return failing_for


def note_gone(public_id: str, now: datetime) -> None:
    """Disable an endpoint whose receiver said that it is gone for good."""
    with transaction.atomic():
        known = Endpoint.objects.select_for_update().filter(public_id=public_id, disabled_at=None, removed_at=None)
        endpoint = known.first()
        if endpoint is not None:
            _disable(endpoint, DisabledBecause.GONE, now)


def _disable(endpoint: Endpoint, because: DisabledBecause, now: datetime) -> None:
    endpoint.disabled_at, endpoint.disabled_because = now, because
    endpoint.save(update_fields=["disabled_at", "disabled_because"])
    record(
        Happened.ENDPOINT_DISABLED,
        actor=_ENGINE,
        subject=SubjectRef("endpoint", str(endpoint.pk)),
        account_id=endpoint.account_id,
        facts={"because": because.value},
        now=now,
    )
