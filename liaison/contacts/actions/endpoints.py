"""Where contacts are reached beside mail: endpoints of alert contacts and technical emergency contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction

from liaison.accounts.actions.checks import lock_account
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Identity
from liaison.audit.actions import ActorRef, SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.contacts.access import require_edit
from liaison.contacts.channels import contact_people
from liaison.contacts.codes import EndpointCode
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.http import CallError, Obstacle, target_of
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.notifications.channels.webhook.signing import new_secret
from liaison.notifications.endpoints import DisabledBecause, sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Endpoint
from liaison.notifications.outbound import check_address

MOST_PER_PERSON: Final = 5
LONGEST_NAME: Final = 100
OLD_SECRET_COUNTS_FOR: Final = timedelta(hours=24)

_WHY_NOT_CALLED: Final[Mapping[Obstacle, EndpointCode]] = MappingProxyType(
    {
        Obstacle.SCHEME_NOT_ALLOWED: EndpointCode.SCHEME_NOT_ALLOWED,
        Obstacle.USER_INFO_NOT_ALLOWED: EndpointCode.USER_INFO_NOT_ALLOWED,
        Obstacle.HOST_UNUSABLE: EndpointCode.HOST_UNUSABLE,
        Obstacle.PORT_NOT_ALLOWED: EndpointCode.PORT_NOT_ALLOWED,
        Obstacle.ADDRESS_NOT_ALLOWED: EndpointCode.ADDRESS_NOT_ALLOWED,
        Obstacle.NEEDS_HTTPS: EndpointCode.NEEDS_HTTPS,
        Obstacle.HOST_UNKNOWN: EndpointCode.HOST_UNKNOWN,
    }
)


@dataclass(frozen=True)
class NewSecret:
    """An endpoint with its new secret in the clear: it is shown once, and sealed where it is kept."""

    endpoint: Endpoint
    secret: str


def add_endpoint(*, actor: Actor, account: Account, person: str, name: str, url: str, now: datetime) -> NewSecret:
    """Give a contact of the account an endpoint that gets signed webhooks.

    `person` is the public id of a user or the address of an alias that stands in the alert or technical emergency
    contacts. Raises Invalid with every problem at once. The name in the address is looked up before anything is
    locked, and only for those who may do this.
    """
    require_edit(actor, account)
    owner = next((one.key for one in contact_people(account) if one.is_meant_by(person)), None)
    cleaned, address = _clean_name(name), url.strip()
    problems = [
        *([] if owner else [FieldProblem("person", EndpointCode.UNKNOWN_PERSON)]),
        *([] if cleaned else [_NAME_PROBLEM]),
        *_problems_of(address),
    ]
    if problems or owner is None:
        raise Invalid(tuple(problems))
    with transaction.atomic():
        lock_account(account)
        present = Endpoint.objects.filter(account_id=account.pk, owner_key=owner, removed_at=None)
        if present.count() >= MOST_PER_PERSON:
            raise Conflict(EndpointCode.TOO_MANY, most=MOST_PER_PERSON)
        secret = new_secret()
        endpoint = Endpoint.objects.create(
            account_id=account.pk,
            owner_key=owner,
            channel=Channel.WEBHOOK,
            name=cleaned,
            url=address,
            secret=sealed(secret),
            created_at=now,
            created_by=actor if isinstance(actor, Identity) else None,
        )
        _record(Happened.ENDPOINT_ADDED, actor, endpoint, now, facts={"host": target_of(address).host})
    return NewSecret(endpoint, secret)


def rename_endpoint(*, actor: Actor, endpoint: Endpoint, name: str, now: datetime) -> Endpoint:
    """Call an endpoint something else. Raises Invalid."""
    cleaned = _clean_name(name)
    with transaction.atomic():
        locked = _locked(actor, endpoint)
        if not cleaned:
            raise Invalid((_NAME_PROBLEM,))
        if locked.name != cleaned:
            changes = {"name": [locked.name, cleaned]}
            locked.name = cleaned
            locked.save(update_fields=["name"])
            _record(Happened.ENDPOINT_RENAMED, actor, locked, now, changes=changes)
    return locked


def rotate_endpoint_secret(*, actor: Actor, endpoint: Endpoint, now: datetime) -> NewSecret:
    """Make a new secret. For a day messages carry a signature of the old one too, so that nothing is missed."""
    with transaction.atomic():
        locked = _locked(actor, endpoint)
        secret = new_secret()
        locked.previous_secret, locked.previous_secret_until = locked.secret, now + OLD_SECRET_COUNTS_FOR
        locked.secret = sealed(secret)
        locked.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
        _record(Happened.ENDPOINT_SECRET_ROTATED, actor, locked, now)
    return NewSecret(locked, secret)


def disable_endpoint(*, actor: Actor, endpoint: Endpoint, now: datetime) -> Endpoint:
    """Send nothing there any more until somebody enables it. Raises Conflict for one that is disabled."""
    with transaction.atomic():
        locked = _locked(actor, endpoint)
        if locked.disabled_at is not None:
            raise Conflict(EndpointCode.ALREADY_DISABLED)
        locked.disabled_at, locked.disabled_because = now, DisabledBecause.BY_HAND
        locked.save(update_fields=["disabled_at", "disabled_because"])
        because = DisabledBecause.BY_HAND.value
        _record(Happened.ENDPOINT_DISABLED, actor, locked, now, facts={"because": because})
    return locked


def enable_endpoint(*, actor: Actor, endpoint: Endpoint, now: datetime) -> Endpoint:
    """Send there again; what failed before is forgotten. Raises Conflict for one that is not disabled."""
    with transaction.atomic():
        locked = _locked(actor, endpoint)
        if locked.disabled_at is None:
            raise Conflict(EndpointCode.NOT_DISABLED)
        because = locked.disabled_because
        locked.disabled_at, locked.disabled_because, locked.failing_since = None, "", None
        locked.save(update_fields=["disabled_at", "disabled_because", "failing_since"])
        _record(Happened.ENDPOINT_ENABLED, actor, locked, now, facts={"because": because})
    return locked


def remove_endpoint(*, actor: Actor, endpoint: Endpoint, now: datetime) -> None:
    """Take an endpoint away for good. Its name stays for the proof of what was sent; its secrets are erased."""
    with transaction.atomic():
        _remove(_locked(actor, endpoint), actor.audit_ref, now)


def leave_endpoints(identity: Identity, actor: ActorRef, now: datetime) -> None:
    """Take away the endpoints of somebody who leaves: what came there was for them. Follows a departure (W13)."""
    with transaction.atomic():
        theirs = Endpoint.objects.select_for_update().filter(owner_key=f"identity:{identity.pk}", removed_at=None)
        for endpoint in theirs.order_by("pk"):
            _remove(endpoint, actor, now)


_NAME_PROBLEM: Final = FieldProblem("name", EndpointCode.NAME_UNUSABLE, {"most": LONGEST_NAME})


def _locked(actor: Actor, endpoint: Endpoint) -> Endpoint:
    """Return the endpoint, held, where the actor may change it."""
    account = Account.objects.filter(pk=endpoint.account_id).first()
    locked = Endpoint.objects.select_for_update().filter(pk=endpoint.pk, removed_at=None).first()
    if account is None or locked is None:
        raise Missing
    require_edit(actor, account)
    return locked


def _remove(endpoint: Endpoint, actor: ActorRef, now: datetime) -> None:
    endpoint.removed_at = now
    endpoint.secret, endpoint.previous_secret, endpoint.previous_secret_until = "", "", None
    endpoint.save(update_fields=["removed_at", "secret", "previous_secret", "previous_secret_until"])
    record(
        Happened.ENDPOINT_REMOVED,
        actor=actor,
        subject=SubjectRef("endpoint", str(endpoint.pk)),
        account_id=endpoint.account_id,
        now=now,
    )


def _record(happened: Happened, actor: Actor, endpoint: Endpoint, now: datetime, **more: Mapping[str, Any]) -> None:
    """Write history. Neither secrets nor whole addresses stand in it: an address may be a secret in itself."""
    record(
        happened,
        actor=actor.audit_ref,
        subject=SubjectRef("endpoint", str(endpoint.pk)),
        account_id=endpoint.account_id,
        now=now,
        **more,
    )


def _problems_of(url: str) -> list[FieldProblem]:
    try:
        check_address(url)
    except CallError as error:
        return [FieldProblem("url", _WHY_NOT_CALLED.get(error.obstacle, EndpointCode.URL_UNUSABLE))]
    return []


def _clean_name(name: str) -> str:
    try:
        return clean_line(name, LONGEST_NAME)
    except LineError:
        return ""
