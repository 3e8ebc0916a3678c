"""Where contacts are reached beside mail: endpoints of alert contacts and technical emergency contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from liaison.contacts.destinations import Destination, DestinationError, destination_of
from liaison.lib.addresses import LineError, clean_line
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.notifications.channels.webhook.signing import new_secret
from liaison.notifications.endpoints import PHONE_CHANNELS, TELEPHONE, DisabledBecause, host_of, sealed
from liaison.notifications.facts import Channel
from liaison.notifications.models import Endpoint
from liaison.notifications.offer import endpoint_channels

MOST_PER_PERSON: Final = 5
LONGEST_NAME: Final = 100
OLD_SECRET_COUNTS_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True)
class NewSecret:
    """An endpoint with its new secret in the clear: it is shown once, and sealed where it is kept.

    `secret` is empty for channels that are not signed.
    """

    endpoint: Endpoint
    secret: str


def add_endpoint(
    *,
    actor: Actor,
    account: Account,
    person: str,
    name: str,
    url: str,
    now: datetime,
    channel: Channel = Channel.WEBHOOK,
    only_emergencies: bool | None = None,
) -> NewSecret:
    """Give a contact of the account an endpoint, where it is told beside its mail.

    `person` is the public id of a user or the address of an alias that stands in the alert or technical emergency
    contacts. `url` is what the channel wants: a web address, a phone number, an address of a service. Phones are told
    of emergencies alone unless `only_emergencies` says otherwise. Raises Invalid with every problem at once. The name
    in the address is looked up before anything is locked, and only for those who may do this.
    """
    require_edit(actor, account)
    owner = next((one.key for one in contact_people(account) if one.is_meant_by(person)), None)
    cleaned = _clean_name(name)
    destination, wrong = _destination(channel, url)
    problems = [
        *([] if owner else [FieldProblem("person", EndpointCode.UNKNOWN_PERSON)]),
        *([] if cleaned else [_NAME_PROBLEM]),
        *wrong,
    ]
    if problems or owner is None or destination is None:
        raise Invalid(tuple(problems))
    secret = new_secret() if channel is Channel.WEBHOOK else ""
    hidden = secret or destination.secret
    with transaction.atomic():
        lock_account(account)
        present = Endpoint.objects.filter(account_id=account.pk, owner_key=owner, removed_at=None)
        if present.count() >= MOST_PER_PERSON:
            raise Conflict(EndpointCode.TOO_MANY, most=MOST_PER_PERSON)
        endpoint = Endpoint.objects.create(
            account_id=account.pk,
            owner_key=owner,
            channel=channel,
            name=cleaned,
            url=destination.url,
            secret=sealed(hidden) if hidden else "",
            ends_with=destination.ends_with,
            only_emergencies=channel in PHONE_CHANNELS if only_emergencies is None else only_emergencies,
            created_at=now,
            created_by=actor if isinstance(actor, Identity) else None,
        )
        facts = {"channel": channel.value, "host": host_of(destination.url)}
        _record(Happened.ENDPOINT_ADDED, actor, endpoint, now, facts=facts)
    return NewSecret(endpoint, secret)


def choose_endpoint_topics(*, actor: Actor, endpoint: Endpoint, only_emergencies: bool, now: datetime) -> Endpoint:
    """Choose whether an endpoint is told of emergencies alone, or of everything that its person is told of."""
    with transaction.atomic():
        locked = _locked(actor, endpoint)
        if locked.only_emergencies != only_emergencies:
            locked.only_emergencies = only_emergencies
            locked.save(update_fields=["only_emergencies"])
            changes = {"only_emergencies": [not only_emergencies, only_emergencies]}
            _record(Happened.ENDPOINT_TOPICS_CHOSEN, actor, locked, now, changes=changes)
    return locked


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
    """Make a new secret. For a day messages carry a signature of the old one too, so that nothing is missed.

    Raises Conflict for channels that are not signed.
    """
    with transaction.atomic():
        locked = _locked(actor, endpoint)
        if locked.channel != Channel.WEBHOOK:
            raise Conflict(EndpointCode.NOT_SIGNED)
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
        locked.not_before = None
        locked.save(update_fields=["disabled_at", "disabled_because", "failing_since", "not_before"])
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
    endpoint.ends_with = ""
    if endpoint.channel in PHONE_CHANNELS:
        endpoint.url = f"{TELEPHONE}{host_of(endpoint.url)}"  # the end of the number, by which the proof names it
    endpoint.save(
        update_fields=["removed_at", "url", "secret", "previous_secret", "previous_secret_until", "ends_with"]
    )
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


def _destination(channel: Channel, text: str) -> tuple[Destination | None, list[FieldProblem]]:
    if channel not in endpoint_channels():
        return None, [FieldProblem("channel", EndpointCode.CHANNEL_NOT_OFFERED)]
    try:
        return destination_of(channel, text), []
    except DestinationError as error:
        return None, [FieldProblem("url", error.code)]


def _clean_name(name: str) -> str:
    try:
        return clean_line(name, LONGEST_NAME)
    except LineError:
        return ""
