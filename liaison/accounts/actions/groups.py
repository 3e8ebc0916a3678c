"""Verbs on groups of an account: one address for several of its users, flat (W6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models.functions import Lower

from liaison.accounts.access import require
from liaison.accounts.actions.checks import Problems, hold_names
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account, Group, Identity
from liaison.accounts.rights import Privilege
from liaison.accounts.vocabulary import AccountCode
from liaison.audit.actions import record
from liaison.audit.vocabulary import Happened
from liaison.lib.refusals import Conflict

MOST_GROUPS: Final = 200
MOST_MEMBERS: Final = 500


@transaction.atomic
def create_group(
    *, actor: Actor, account: Account, address: str, name: str, members: Iterable[Identity] = (), now: datetime
) -> Group:
    """Create a group of an account. Its address is in a domain of the account, and nobody's user name or group.

    Raises Forbidden, Invalid, Conflict for too many.
    """
    require(actor, Privilege.MANAGE_USERS, account)
    hold_names()
    if account.groups.count() >= MOST_GROUPS:
        raise Conflict(AccountCode.TOO_MANY_GROUPS)
    people, problems = _unique(members), Problems()
    kept = {"name": problems.line("name", name, 100), "address": _address(problems, account, address)}
    _check_members(problems, account, people)
    problems.refuse()
    group = Group.objects.create(account=account, created_at=now, **kept)
    group.members.set(people)
    _record(Happened.GROUP_CREATED, actor, group, now, facts={"members": [one.pk for one in people]})
    return group


@transaction.atomic
def change_group(
    *,
    actor: Actor,
    group: Group,
    name: str | None = None,
    members: Iterable[Identity] | None = None,
    now: datetime,
) -> Group:
    """Change the name and who is in it; what is given to a group is its members' of now (W6). None leaves it.

    Raises Forbidden or Invalid.
    """
    require(actor, Privilege.MANAGE_USERS, group.account)
    held = Group.objects.select_for_update(of=("self",)).select_related("account").get(pk=group.pk)
    problems = Problems()
    wanted_name = held.name if name is None else problems.line("name", name, 100)
    before = set(held.members.values_list("pk", flat=True))
    people = None if members is None else _unique(members)
    if people is not None:
        _check_members(problems, held.account, people)
    problems.refuse()
    after = before if people is None else {one.pk for one in people}
    renamed = wanted_name != held.name
    held.name = wanted_name
    held.save(update_fields=["name"])
    if people is not None:
        held.members.set(people)
    if renamed or after != before:
        facts = {"added": sorted(after - before), "removed": sorted(before - after), "renamed": renamed}
        _record(Happened.GROUP_CHANGED, actor, held, now, facts=facts)
    return held


@transaction.atomic
def delete_group(*, actor: Actor, group: Group, now: datetime) -> None:
    """Delete a group; what was shared with it is its members' no longer. Raises Forbidden."""
    require(actor, Privilege.MANAGE_USERS, group.account)
    _record(Happened.GROUP_DELETED, actor, group, now)
    group.delete()


def _address(problems: Problems, account: Account, address: str) -> str:
    """Return the address as it is kept, lower case; note what is wrong with it."""
    cleaned = problems.address("address", address).lower()
    if not cleaned:
        return ""
    if not account.domains.filter(name=cleaned.partition("@")[2]).exists():
        problems.add("address", AccountCode.FOREIGN_GROUP_ADDRESS)
    elif _is_taken(cleaned):
        problems.add("address", AccountCode.GROUP_ADDRESS_TAKEN)
    return cleaned


def _is_taken(address: str) -> bool:
    people = Identity.objects.alias(folded=Lower("mailbox"))
    return (
        Identity.objects.filter(username=address).exists()
        or people.filter(folded=address, mailbox_verified_at__isnull=False).exists()
        or Group.objects.alias(folded=Lower("address")).filter(folded=address).exists()
    )


def _check_members(problems: Problems, account: Account, people: list[Identity]) -> None:
    if len(people) > MOST_MEMBERS or any(one.account.pk != account.pk for one in people):
        problems.add("members", AccountCode.NOT_OF_THE_ACCOUNT)


def _unique(people: Iterable[Identity]) -> list[Identity]:
    return list({one.pk: one for one in people}.values())


def _record(happened: Happened, actor: Actor, group: Group, now: datetime, facts: dict[str, Any] | None = None) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=group.subject_ref,
        account_id=group.account_id,
        facts={"group": group.public_id, **(facts or {})},
        now=now,
    )
