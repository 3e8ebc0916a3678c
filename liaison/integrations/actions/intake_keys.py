"""Keys with which alert senders speak for one environment of one integration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from liaison.accounts.actors import Actor
from liaison.accounts.models import Identity
from liaison.accounts.rights import Privilege
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.integrations.access import require
from liaison.integrations.keys import hash_of, new_key
from liaison.integrations.models import Environment, IntakeKey
from liaison.integrations.names import clean_name
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import Conflict

MOST_KEYS: Final = 20
STAMP_INTERVAL: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class NewIntakeKey:
    """A key that was just made. `secret` is shown once and kept nowhere."""

    key: IntakeKey
    secret: str


def create_intake_key(*, actor: Actor, environment: Environment, name: str, now: datetime) -> NewIntakeKey:
    """Make a key for one environment and return it with its secret, which cannot be seen again."""
    with transaction.atomic():
        account = environment.integration.account
        require(actor, account, own=Privilege.MANAGE_INTAKE_KEYS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = Environment.objects.select_for_update().get(pk=environment.pk)
        if locked.intake_keys.filter(revoked_at__isnull=True).count() >= MOST_KEYS:
            raise Conflict(IntegrationCode.TOO_MANY_KEYS, most=MOST_KEYS)
        secret = new_key()
        key = IntakeKey.objects.create(
            environment=environment,
            name=clean_name(name, longest=100),
            key_hash=hash_of(secret),
            created_by=actor if isinstance(actor, Identity) else None,
            created_at=now,
        )
        record(
            Happened.INTAKE_KEY_CREATED,
            actor=actor.audit_ref,
            subject=SubjectRef("intake_key", str(key.pk)),
            account_id=account.pk,
            facts={"integration": environment.integration_id, "environment": environment.name},
            now=now,
        )
    return NewIntakeKey(key, secret)


def revoke_intake_key(*, actor: Actor, key: IntakeKey, now: datetime) -> IntakeKey:
    """Take a key out of use, for ever; the next event that names it is refused."""
    with transaction.atomic():
        account = key.environment.integration.account
        require(actor, account, own=Privilege.MANAGE_INTAKE_KEYS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = IntakeKey.objects.select_for_update().get(pk=key.pk)
        if locked.revoked_at is not None:
            raise Conflict(IntegrationCode.KEY_REVOKED)
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        record(
            Happened.INTAKE_KEY_REVOKED,
            actor=actor.audit_ref,
            subject=SubjectRef("intake_key", str(key.pk)),
            account_id=account.pk,
            changes={"revoked_at": [None, now.isoformat()]},
            now=now,
        )
    return locked


def stamp_intake_key(*, key: IntakeKey, now: datetime) -> None:
    """Note that the key was used, at most once a minute, so that a storm does not write one row again and again.

    No history: the events that the key brought tell it better.
    """
    if key.last_used_at is None or now - key.last_used_at >= STAMP_INTERVAL:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - STAMP_INTERVAL)
        IntakeKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
