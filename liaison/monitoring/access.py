"""Who sees how integrations do: the account's own people, and staff for the accounts that they see (W2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from liaison.accounts.access import account_for, visible_accounts
from liaison.accounts.actors import Actor, System
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.integrations.access import integration_for, visible_account
from liaison.integrations.models import Environment, EnvironmentName
from liaison.lib.refusals import Missing

Rest = ParamSpec("Rest")


def visible_environments(actor: Actor) -> QuerySet[Environment]:
    """Return every environment that the actor may see, with integration, account and standing."""
    environments = Environment.objects.select_related("integration__account", "standing")
    if isinstance(actor, System) or actor.may(Privilege.STAFF_VIEW_ALL):
        return environments
    if actor.may(Privilege.STAFF_VIEW_ASSIGNED) or actor.may(Privilege.VIEW_ACCOUNT):
        return environments.filter(integration__account__in=visible_accounts(actor))
    return environments.none()


def environment_for(actor: Actor, public_id: str, name: str) -> Environment:
    """Return an environment that the actor may see, with integration and account, else raise Missing."""
    if name not in set(EnvironmentName):
        raise Missing
    integration = integration_for(actor, public_id)
    found = integration.environments.select_related("standing").filter(name=name).first()
    if found is None:
        raise Missing
    found.integration = integration
    return found


def partner_for(reader: Identity, slug: str) -> Account:
    """Return the partner whose integrations are shown: the reader's own, or the named one. Else raise Missing."""
    account = visible_account(reader, account_for(reader, slug or reader.account.slug))
    if account.kind != AccountKind.PARTNER:
        raise Missing
    return account


def sees_many(reader: Identity) -> bool:
    """Say whether the reader looks after the integrations of others."""
    return reader.may(Privilege.STAFF_VIEW_INCIDENTS)


def for_staff(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Let those in who look after the integrations of others; for the rest there is nothing here (invariant 6)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not sees_many(identity_of(request)):
            raise Missing
        return view(request, *args, **kwargs)

    return signed_in(guarded)
