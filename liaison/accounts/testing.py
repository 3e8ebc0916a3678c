"""The fixed cast of the tests, made by the real verbs. For tests and the demo only; no other module imports it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from liaison.accounts import actions, queries
from liaison.accounts.actors import System
from liaison.accounts.models import Account, CustomRole, Identity, RoleAssignment
from liaison.accounts.rights import AccountKind, PredefinedRole, Privilege
from liaison.accounts.sessions import SessionStore, cookie_name
from liaison.lib.clock import utc_now
from liaison.lib.testing import built_once

TESTS: Final = System("tests")
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


def make_operator(name: str = "Example Platform") -> Account:
    """Return the one operator account; make it if it is not there."""
    return queries.operator() or make_account("operator", AccountKind.OPERATOR, name=name)


def make_partner(slug: str = "bistro", **values: Any) -> Account:
    """Make a partner account; `values` are the arguments of `make_account`."""
    return make_account(slug, AccountKind.PARTNER, **values)


def make_account(
    slug: str,
    kind: AccountKind = AccountKind.PARTNER,
    *,
    name: str = "",
    language: str = "en",
    zone: str = "Europe/Rome",
    now: datetime | None = None,
) -> Account:
    return actions.create_account(
        actor=TESTS,
        kind=kind,
        name=name or slug.title(),
        slug=slug,
        language=language,
        time_zone=zone,
        now=now or utc_now(),
    )


def make_identity(
    account: Account,
    role: PredefinedRole = PredefinedRole.EDITOR,
    name: str = "Anna Colleague",
    *,
    language: str = "",
    zone: str = "",
    mailbox: str | None = None,
    password: str = "",
    now: datetime | None = None,
) -> Identity:
    """Make an identity whose user name starts with its first name.

    Its mailbox is `<first name>@<slug>.test` unless another is given; `mailbox=""` makes one without. Without a
    password it can only come in by `sign_in`, which is much quicker.
    """
    first = name.split(maxsplit=1)[0].lower()
    identity = actions.create_identity(
        actor=TESTS,
        account=account,
        role=role,
        name=name,
        username=first if first.isascii() else f"user{Identity.objects.count() + 1}",
        mailbox=f"{first}@{account.slug}.test" if mailbox is None else mailbox,
        language=language,
        time_zone=zone,
        now=now or utc_now(),
    )
    if password:
        identity.set_password(password)
        identity.save(update_fields=["password"])
    return identity


def give_only(identity: Identity, privileges: Iterable[Privilege]) -> Identity:
    """Take all roles from somebody and give one of its own with these privileges; return the identity as read anew."""
    RoleAssignment.objects.filter(identity=identity).delete()
    values = [privilege.value for privilege in privileges]
    name = f"Own {CustomRole.objects.count()}"
    role = CustomRole.objects.create(account=identity.account, name=name, privileges=values)
    RoleAssignment.objects.create(identity=identity, custom=role, given_at=utc_now())
    return Identity.objects.with_account().get(pk=identity.pk)


def sign_in(client: Client, identity: Identity, slot: int = 0) -> Client:
    """Sign the identity in in a slot of this browser, by a real session. Pages are under `/u/<slot>/`."""
    store = SessionStore()
    store[SESSION_KEY] = str(identity.pk)
    store[BACKEND_SESSION_KEY] = _BACKEND
    store[HASH_SESSION_KEY] = identity.get_session_auth_hash()
    store.save()
    client.cookies[cookie_name(slot)] = store.session_key or ""
    return client


@dataclass(frozen=True)
class Cast:
    """Everybody: people of the partner `bistro`, one of another partner, and the operator's staff."""

    partner: Account
    owner: Identity
    colleague: Identity
    reader: Identity
    elsewhere: Account
    outsider: Identity
    operator: Account
    agent: Identity
    engineer: Identity
    manager: Identity
    administrator: Identity


@built_once
def make_cast() -> Cast:
    """Make the whole cast. `manager` is the partner manager of `partner` and of nobody else."""
    partner, elsewhere, operator = make_partner("bistro"), make_partner("elsewhere"), make_operator()
    manager = make_identity(operator, PredefinedRole.PARTNER_MANAGER, "Mira Manager")
    partner = actions.assign_partner_manager(actor=TESTS, account=partner, manager=manager, now=utc_now())
    return Cast(
        partner=partner,
        owner=make_identity(partner, PredefinedRole.ADMINISTRATOR, "Olivia Owner"),
        colleague=make_identity(partner, PredefinedRole.EDITOR, "Carlo Colleague"),
        reader=make_identity(partner, PredefinedRole.READER, "Rita Reader"),
        elsewhere=elsewhere,
        outsider=make_identity(elsewhere, PredefinedRole.ADMINISTRATOR, "Otto Outsider"),
        operator=operator,
        agent=make_identity(operator, PredefinedRole.SUPPORT_AGENT, "Ada Agent"),
        engineer=make_identity(operator, PredefinedRole.ON_CALL_ENGINEER, "Emil Engineer"),
        manager=manager,
        administrator=make_identity(operator, PredefinedRole.OPERATOR_ADMINISTRATOR, "Basia Administrator"),
    )
