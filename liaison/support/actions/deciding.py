"""Verbs of staff about an expression of interest: an account with its first invitation, or a reason why not (S1)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.access import require, sees_account
from liaison.accounts.actions import assign_partner_manager, create_account, invite_user
from liaison.accounts.actions.checks import Problems
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account, Identity
from liaison.accounts.queries import administrator_role
from liaison.accounts.rights import AccountKind, Privilege
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.integrations.actions import create_integration
from liaison.integrations.models import Integration
from liaison.lib.refusals import CommonCode, Conflict, FieldProblem, Forbidden, Invalid
from liaison.support.actions.expressing import tell
from liaison.support.models import Interest, InterestState
from liaison.support.requests import Acceptance
from liaison.support.vocabulary import InterestCode, InterestMail

# A partner manager may accept, which makes an account, without the right to make others: history then names this part
# for the account, and the partner manager for the acceptance that it came from.
_BY_ACCEPTANCE: Final = System("interest")
_MAKES_ACCOUNTS: Final = (Privilege.STAFF_MANAGE_ACCOUNTS, Privilege.STAFF_MANAGE_INTEGRATIONS)


@transaction.atomic
def accept_interest(*, actor: Identity, interest: Interest, acceptance: Acceptance, now: datetime) -> Account:
    """Make the account with its integrations and invite its first administrator, all or nothing.

    What a user of a partner asked for becomes integrations of that account, without an invitation. Raises Forbidden,
    Conflict where it was decided or is not confirmed, and what the verbs of accounts and integrations raise.
    """
    require(actor, Privilege.STAFF_HANDLE_INTEREST)
    locked = _undecided(interest)
    if not acceptance.kinds:
        raise Invalid((FieldProblem("kinds", InterestCode.KIND_NEEDED),))
    doer: Actor = actor if all(actor.may(privilege) for privilege in _MAKES_ACCOUNTS) else _BY_ACCEPTANCE
    account = account_of(locked)
    is_new = account is None
    if account is None:
        account = _opened(doer, locked, acceptance, now)
    elif not sees_account(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)
    if acceptance.manager is not None:
        account = assign_partner_manager(actor=doer, account=account, manager=acceptance.manager, now=now)
    used = set(Integration.objects.filter(account=account).values_list("kind", flat=True))
    for kind in dict.fromkeys(acceptance.kinds):
        if kind not in used:
            create_integration(actor=doer, account=account, kind=kind, stage=acceptance.stage, now=now)
    locked.account = account
    _decide(locked, InterestState.ACCEPTED, actor, now)
    record(
        Happened.INTEREST_ACCEPTED,
        actor=actor.audit_ref,
        subject=locked.subject_ref,
        account_id=account.pk,
        facts={"account": account.pk, "is_new": is_new, "kinds": list(acceptance.kinds)},
        now=now,
    )
    return account


@transaction.atomic
def decline_interest(*, actor: Identity, interest: Interest, reason: str, now: datetime) -> Interest:
    """Decline with a reason, which is mailed to the person. Raises Forbidden, Conflict or Invalid."""
    require(actor, Privilege.STAFF_HANDLE_INTEREST)
    locked = _undecided(interest)
    problems = Problems()
    reason = problems.line("reason", " ".join(reason.split("\n")).replace("\r", ""), 500, needed=False)
    problems.refuse()
    if not reason:
        raise Invalid((FieldProblem("reason", InterestCode.REASON_NEEDED),))
    locked.reason = reason
    _decide(locked, InterestState.DECLINED, actor, now)
    record(
        Happened.INTEREST_DECLINED,
        actor=actor.audit_ref,
        subject=locked.subject_ref,
        facts={"kinds": list(locked.kinds)},
        now=now,
    )
    tell(InterestMail.DECLINED, locked, now)
    return locked


def account_of(interest: Interest) -> Account | None:
    """Return the partner account that asks for more; None where somebody asks who has none."""
    asker = interest.asked_by
    return asker.account if asker is not None and asker.account.kind == AccountKind.PARTNER else None


def _opened(doer: Actor, interest: Interest, acceptance: Acceptance, now: datetime) -> Account:
    account = create_account(
        actor=doer,
        kind=AccountKind.PARTNER,
        name=acceptance.name,
        slug=acceptance.slug,
        language=acceptance.language,
        time_zone=acceptance.time_zone,
        now=now,
    )
    invite_user(
        actor=doer,
        account=account,
        address=interest.address,
        role=administrator_role(AccountKind.PARTNER),
        language=interest.language,
        now=now,
    )
    return account


def _undecided(interest: Interest) -> Interest:
    rows = Interest.objects.select_for_update(of=("self",)).select_related("asked_by__domain__account")
    locked = rows.get(pk=interest.pk)
    if locked.state != InterestState.NEW:
        raise Conflict(InterestCode.DECIDED)
    if locked.confirmed_at is None:
        raise Conflict(InterestCode.NOT_CONFIRMED)
    return locked


def _decide(interest: Interest, state: InterestState, actor: Identity, now: datetime) -> None:
    interest.state, interest.decided_at, interest.decided_by = state, now, actor
    interest.save()
