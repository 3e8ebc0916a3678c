"""From the first interest to the launch."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind, Privilege
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.catalog.loader import integration_kinds
from liaison.integrations.access import may_launch, require, visible_account
from liaison.integrations.launching import first_objection
from liaison.integrations.models import Environment, EnvironmentName, Integration, Stage, Status
from liaison.integrations.transitions import stage_after
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import CommonCode, Conflict, FieldProblem, Forbidden, Invalid


def create_integration(
    *, actor: Actor, account: Account, kind: str, now: datetime, stage: Stage = Stage.INTEGRATING
) -> Integration:
    """Make an integration of a catalog kind with its sandbox and its production environment.

    `stage` is interested or integrating. Raises Invalid for an unknown kind, Conflict for a kind in use.
    """
    with transaction.atomic():
        require(actor, account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        if account.kind != AccountKind.PARTNER:
            raise Conflict(IntegrationCode.NOT_A_PARTNER)
        if kind not in integration_kinds():
            raise Invalid((FieldProblem("kind", IntegrationCode.UNKNOWN_KIND),))
        Account.objects.select_for_update().get(pk=account.pk)
        if Integration.objects.filter(account=account, kind=kind).exists():
            raise Conflict(IntegrationCode.KIND_IN_USE)
        if stage == Stage.LAUNCHED:
            raise Conflict(IntegrationCode.STAGE_NOT_NEXT, stage="", wanted=stage.value)
        made = Integration.objects.create(account=account, kind=kind, stage=stage, created_at=now)
        Environment.objects.bulk_create(Environment(integration=made, name=name) for name in EnvironmentName)
        record(
            Happened.INTEGRATION_CREATED,
            actor=actor.audit_ref,
            subject=made.audit_ref,
            account_id=account.pk,
            facts={"kind": kind, "stage": stage.value},
            now=now,
        )
    return made


def change_stage(*, actor: Actor, integration: Integration, stage: Stage, now: datetime) -> Integration:
    """Go on to the next stage before the launch; launching is a verb of its own."""
    if stage == Stage.LAUNCHED:
        return launch_integration(actor=actor, integration=integration, now=now)
    with transaction.atomic():
        require(actor, integration.account, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)
        locked = locked_integration(integration)
        before = Stage(locked.stage)
        locked.stage = stage_after(before, stage)
        locked.save(update_fields=["stage"])
        record(
            Happened.INTEGRATION_STAGE_CHANGED,
            actor=actor.audit_ref,
            subject=locked.audit_ref,
            account_id=locked.account_id,
            changes={"stage": [before.value, stage.value]},
            now=now,
        )
    return locked


def launch_integration(*, actor: Actor, integration: Integration, now: datetime) -> Integration:
    """Launch: the production environment is live from now on. Raises what the first objector says (C1)."""
    with transaction.atomic():
        visible_account(actor, integration.account)
        if not may_launch(actor, integration.account):
            raise Forbidden(CommonCode.NOT_ALLOWED)
        locked = locked_integration(integration)
        before = Stage(locked.stage)
        locked.stage = stage_after(before, Stage.LAUNCHED)
        objection = first_objection(locked.account)
        if objection is not None:
            raise objection
        locked.status = Status.LIVE
        locked.launched_at = locked.status_changed_at = locked.judged_from = now
        locked.save(update_fields=["stage", "status", "launched_at", "status_changed_at", "judged_from"])
        record(
            Happened.INTEGRATION_LAUNCHED,
            actor=actor.audit_ref,
            subject=locked.audit_ref,
            account_id=locked.account_id,
            changes={"stage": [before.value, Stage.LAUNCHED.value], "status": ["", Status.LIVE.value]},
            now=now,
        )
    return locked


def locked_integration(integration: Integration) -> Integration:
    """Return the integration as it is now, locked until the transaction ends, with its account."""
    rows = Integration.objects.select_for_update(of=("self",)).select_related("account")
    return rows.get(pk=integration.pk)
