"""Accounts: one's own, and all that staff see."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Status

from liaison.accounts import access, actions
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind
from liaison.accounts.vocabulary import TokenScope
from liaison.api.bearer import actor_of
from liaison.api.codes import ValueCode
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import people as shapes
from liaison.lib.clock import utc_now
from liaison.lib.refusals import FieldProblem, Invalid, Missing

operations = Operations("accounts")


@operations.get("/accounts", Page[shapes.Account], _("List the accounts that you see"))
def list_accounts(
    request: HttpRequest, window: Asked, kind: Annotated[AccountKind | None, Query()] = None
) -> Page[shapes.Account]:
    accounts = access.visible_accounts(actor_of(request)).select_related("partner_manager")
    if kind is not None:
        accounts = accounts.filter(kind=kind)
    return page_of(accounts, window, shapes.Account.of, key="slug")


@operations.write("POST", "/accounts", shapes.Account, _("Create an account"), scope=TokenScope.ADMINISTER, status=201)
def create_account(request: HttpRequest, body: shapes.NewAccount) -> Status[shapes.Account]:
    made = actions.create_account(actor=actor_of(request), now=utc_now(), **body.dict())
    return Status(201, shapes.Account.of(made))


@operations.get("/accounts/{slug}", shapes.Account, _("Read an account"))
def read_account(request: HttpRequest, slug: str) -> shapes.Account:
    return shapes.Account.of(access.account_for(actor_of(request), slug))


@operations.write("PUT", "/accounts/{slug}", shapes.Account, _("Change an account"), scope=TokenScope.ADMINISTER)
def change_account(request: HttpRequest, slug: str, body: shapes.AccountChange) -> shapes.Account:
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    return shapes.Account.of(actions.change_account(actor=actor, account=account, now=utc_now(), **body.dict()))


@operations.write(
    "PUT",
    "/accounts/{slug}/partner-manager",
    shapes.Account,
    _("Assign the partner manager of an account"),
    scope=TokenScope.ADMINISTER,
)
def assign_partner_manager(request: HttpRequest, slug: str, body: shapes.PartnerManagerChoice) -> shapes.Account:
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    manager = _manager(actor, body.user) if body.user is not None else None
    return shapes.Account.of(
        actions.assign_partner_manager(actor=actor, account=account, manager=manager, now=utc_now())
    )


@operations.write(
    "PUT",
    "/accounts/{slug}/support-tier",
    shapes.Account,
    _("Say what the support of an account covers"),
    scope=TokenScope.ADMINISTER,
)
def set_support_tier(request: HttpRequest, slug: str, body: shapes.SupportTierChoice) -> shapes.Account:
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    return shapes.Account.of(actions.set_support_tier(actor=actor, account=account, tier=body.tier, now=utc_now()))


def _manager(actor: Identity, public_id: str) -> Identity:
    """Return the identity that is to be the manager. A foreign id in a field is a field that is wrong."""
    try:
        return access.identity_for(actor, public_id)
    except Missing as missing:
        raise Invalid((FieldProblem("user", ValueCode.UNKNOWN_MANAGER),)) from missing
