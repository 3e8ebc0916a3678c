"""Integrations, keys and brands for tests, made by the real verbs."""

from __future__ import annotations

from datetime import datetime

from liaison.accounts.models import Account
from liaison.accounts.testing import TESTS
from liaison.integrations import actions
from liaison.integrations.actions import NewIntakeKey
from liaison.integrations.models import Environment, EnvironmentName, Integration, Stage, Status
from liaison.lib.clock import utc_now


def make_integration(
    account: Account, kind: str = "reservations_end_to_end", *, stage: Stage = Stage.INTEGRATING
) -> Integration:
    return actions.create_integration(actor=TESTS, account=account, kind=kind, stage=stage, now=utc_now())


def make_launched(
    account: Account, kind: str = "reservations_end_to_end", *, status: Status = Status.LIVE
) -> Integration:
    """Return a launched integration without asking who objects: completeness has tests of its own."""
    now = utc_now()
    integration = make_integration(account, kind)
    integration.stage, integration.status = Stage.LAUNCHED, status
    integration.launched_at = integration.status_changed_at = now
    integration.save()
    return integration


def environment_of(integration: Integration, name: EnvironmentName = EnvironmentName.PRODUCTION) -> Environment:
    return integration.environments.select_related("integration__account").get(name=name)


def make_key(
    integration: Integration,
    environment: EnvironmentName = EnvironmentName.PRODUCTION,
    *,
    now: datetime | None = None,
) -> NewIntakeKey:
    return actions.create_intake_key(
        actor=TESTS, environment=environment_of(integration, environment), name="Tests", now=now or utc_now()
    )
