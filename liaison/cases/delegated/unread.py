"""Open cases of customers that nobody outside support can read: found by the ticker, and staff are alarmed (D5).

A customer's user leaves, a share ends, a relation ends, a grant is revoked: whatever it was, the case is found here
within a minute. It is told of once, until somebody can read it again.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final

from django.db import transaction

from liaison.accounts.models import Account, CustomRole, Domain, Group, Identity, RoleAssignment
from liaison.accounts.privileges import privileges_in, roles_of_outer
from liaison.accounts.rights import PREDEFINED_ROLES, AccountKind, Privilege
from liaison.cases.models import Case, Share, UnreadCase
from liaison.cases.scope import WITHIN
from liaison.cases.vocabulary import CaseState
from liaison.catalog.vocabulary import Topic
from liaison.delegation.access import DELEGATES, seat_of
from liaison.delegation.models import ReachRow
from liaison.lib.driver import preparing_cursor, table_of
from liaison.notifications.actions import announce
from liaison.notifications.registry import Subject

UNREAD: Final = "unread_cases"
"""The kind of subject of the alarm: the customer's key; `cases` are the keys of those that are new."""
_READING_ROLES: Final = sorted(
    role.value for role, given in PREDEFINED_ROLES.items() if Privilege.VIEW_CASES in given.privileges
)
_ACCOUNT, _DOMAIN, _IDENTITY = table_of(Account), table_of(Domain), table_of(Identity)
_ROLE, _CUSTOM, _MEMBER = table_of(RoleAssignment), table_of(CustomRole), table_of(Group.members.through)
_CASE, _SHARE = table_of(Case), table_of(Share)
_UNREAD: Final = f"""
WITH silent AS (
    SELECT account.id FROM {_ACCOUNT} AS account
    WHERE account.kind = '{AccountKind.CUSTOMER}' AND NOT EXISTS (
        SELECT FROM {_DOMAIN} AS home JOIN {_IDENTITY} AS person ON person.domain_id = home.id
        JOIN {_ROLE} AS role ON role.identity_id = person.id
        LEFT JOIN {_CUSTOM} AS custom ON custom.id = role.custom_id
        WHERE home.account_id = account.id AND person.suspended_at IS NULL AND role.org_unit_id IS NULL
            AND (role.predefined = ANY(%(roles)s::text[]) OR '{Privilege.VIEW_CASES}' = ANY(custom.privileges))
    )
), seat AS (SELECT * FROM unnest(%(accounts)s::bigint[], %(domains)s::bigint[]) AS seat (account_id, domain_id))
SELECT filed.id, filed.account_id
FROM silent JOIN {_CASE} AS filed ON filed.account_id = silent.id
WHERE filed.state <> '{CaseState.CLOSED}'
    AND NOT EXISTS (
        SELECT FROM {table_of(ReachRow)} AS reach
        JOIN seat ON seat.account_id = reach.account_id
            AND (reach.domain_id IS NULL OR reach.domain_id = seat.domain_id)
        WHERE reach.customer_id = filed.account_id AND {WITHIN.format(case="filed")}
    )
    AND NOT EXISTS (
        SELECT FROM {_SHARE} AS share
        LEFT JOIN {_MEMBER} AS member ON member.group_id = share.group_id
        JOIN {_IDENTITY} AS person ON person.id = coalesce(share.identity_id, member.identity_id)
        WHERE share.case_id = filed.id AND share.revoked_at IS NULL AND person.suspended_at IS NULL
            AND (share.expires_at IS NULL OR share.expires_at > %(now)s::timestamptz)
    )
"""  # noqa: S608  # table names and keys are our own constants


@transaction.atomic
def watch_unread(now: datetime) -> None:
    """Keep which open cases nobody outside can read, and alarm staff of those that are new, a customer at a time."""
    found = _found(now)
    known = set(UnreadCase.objects.values_list("case_id", flat=True))
    UnreadCase.objects.filter(case__in=known - found.keys()).delete()
    fresh = sorted(found.keys() - known)
    UnreadCase.objects.bulk_create(UnreadCase(case_id=case, since=now) for case in fresh)
    by_customer: dict[int, list[int]] = defaultdict(list)
    for case in fresh:
        by_customer[found[case]].append(case)
    for customer, cases in by_customer.items():
        announce((Topic.STAFF_ALARM,), Subject(UNREAD, str(customer), customer, {"cases": cases}), now=now)


def _found(now: datetime) -> dict[int, int]:
    """Return the customers' keys by the keys of their cases."""
    seats = _seats_with_people()
    asked = {
        "roles": _READING_ROLES,
        "accounts": [account for account, _domain in seats],
        "domains": [domain for _account, domain in seats],
        "now": now,
    }
    with preparing_cursor() as cursor:
        cursor.execute(_UNREAD, asked)
        return dict(cursor.fetchall())


def _seats_with_people() -> list[tuple[int, int]]:
    """Return account and domain of every seat by which somebody reads customers' cases now."""
    kinds = sorted(kind.value for kind in DELEGATES)
    people = Identity.objects.with_account().filter(
        is_active=True, domain__account__kind__in=kinds, domain__account__in=ReachRow.objects.values("account")
    )
    seats = set()
    for one in people.annotate(held=roles_of_outer("pk")):
        one.__dict__["privileges"] = privileges_in(one.held)  # of all of them at once
        if seat_of(one) is not None:
            seats.add((one.account.pk, one.domain_id))
    return sorted(seats)
