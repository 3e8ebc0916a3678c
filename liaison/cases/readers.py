"""Who has to do with a case, and whether they may read it now: what its mails are planned and decided by.

One statement for any number of cases. Whether somebody may read a case, `access.py` alone decides; what it needs to
know of people and cases is read here all at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from liaison.accounts import queries
from liaison.accounts.models import (
    Account,
    CustomRole,
    Domain,
    Group,
    Identity,
    MailChoice,
    RoleAssignment,
    privileges_of,
)
from liaison.accounts.rights import AccountKind
from liaison.accounts.vocabulary import MailWish
from liaison.cases import access
from liaison.cases.models import Case, Follow, Share
from liaison.cases.scope import reaches_sql
from liaison.catalog.vocabulary import Topic
from liaison.delegation.access import seat_of
from liaison.lib.addresses import mailbox_key
from liaison.lib.driver import rows_of, table_of
from liaison.notifications.facts import Person, Reason

_CASE, _FOLLOW, _SHARE = table_of(Case), table_of(Follow), table_of(Share)
_IDENTITY, _DOMAIN, _ACCOUNT = table_of(Identity), table_of(Domain), table_of(Account)
_CHOICE, _ROLE, _CUSTOM = table_of(MailChoice), table_of(RoleAssignment), table_of(CustomRole)
_MEMBER: Final = table_of(Group.members.through)

_IN_FORCE: Final = "share.revoked_at IS NULL AND (share.expires_at IS NULL OR share.expires_at > %(now)s)"
_COLUMNS: Final = "standing (case_id, identity_id, place, share, address, language)"
# {asked} says of which cases. Of one it is said by itself: of a list the planner takes that it is long, makes its plan
# anew each time, and that takes longer than the answer.
_STANDING: Final = f"""
    SELECT id, filed_by_id, 'filer', '', '', '' FROM {_CASE}
    WHERE id {{asked}} AND filed_by_id IS NOT NULL
    UNION ALL
    SELECT case_id, identity_id, CASE WHEN is_following THEN 'follower' ELSE 'gone' END, '', '', ''
    FROM {_FOLLOW} WHERE case_id {{asked}}
    UNION ALL
    SELECT share.case_id, share.identity_id, CASE WHEN share.is_quiet THEN 'gone' ELSE 'shared' END,
        CASE WHEN share.identity_id IS NULL THEN share.public_id ELSE '' END, share.address, share.language
    FROM {_SHARE} AS share
    WHERE share.case_id {{asked}} AND share.group_id IS NULL AND {_IN_FORCE}
    UNION ALL
    SELECT share.case_id, member.identity_id, 'shared', '', '', ''
    FROM {_SHARE} AS share JOIN {_MEMBER} AS member ON member.group_id = share.group_id
    WHERE share.case_id {{asked}} AND {_IN_FORCE}
    UNION ALL
    SELECT filed.id, wanting.identity_id, 'follower', '', '', ''
    FROM {_CASE} AS filed JOIN {_DOMAIN} AS home ON home.account_id = filed.account_id
    JOIN {_IDENTITY} AS person ON person.domain_id = home.id
    JOIN {_CHOICE} AS wanting ON wanting.identity_id = person.id
        AND wanting.topic = '{Topic.CASE_UPDATE}' AND wanting.wish = '{MailWish.EVERYTHING}'
    WHERE filed.id {{asked}}
"""  # noqa: S608  # table names and keys are our own constants
_READERS: Final = f"""
WITH {_COLUMNS} AS ({_STANDING}), places AS (
    SELECT case_id, identity_id, share, max(address) AS address, max(language) AS language,
        array_agg(DISTINCT place) AS places
    FROM standing GROUP BY case_id, identity_id, share
)
SELECT places.case_id, places.places, filed.account_id, filed.urgent_state, owner.partner_manager_id,
    owner.language, owner.time_zone, places.share, places.address, places.language,
    person.id, person.public_id, person.name,
    COALESCE(NULLIF(person.forwards_to, ''), person.mailbox), person.language, person.time_zone, person.suspended_at,
    person.quiet_days, person.quiet_start_minute, person.quiet_end_minute,
    account.id, account.kind, account.language, account.time_zone,
    EXISTS (SELECT 1 FROM {_CHOICE} AS choice WHERE choice.identity_id = person.id
        AND choice.topic = '{Topic.CASE_UPDATE}' AND choice.wish = '{MailWish.NOTHING}'),
    ARRAY(SELECT role.predefined FROM {_ROLE} AS role
        WHERE role.identity_id = person.id AND role.org_unit_id IS NULL AND role.predefined <> ''),
    ARRAY(SELECT unnest(custom.privileges) FROM {_ROLE} AS role JOIN {_CUSTOM} AS custom ON custom.id = role.custom_id
        WHERE role.identity_id = person.id AND role.org_unit_id IS NULL),
    EXISTS (SELECT {reaches_sql("filed", "home.account_id", "home.id")})
FROM places
JOIN {_CASE} AS filed ON filed.id = places.case_id
JOIN {_ACCOUNT} AS owner ON owner.id = filed.account_id
LEFT JOIN {_IDENTITY} AS person ON person.id = places.identity_id
LEFT JOIN {_DOMAIN} AS home ON home.id = person.domain_id
LEFT JOIN {_ACCOUNT} AS account ON account.id = home.account_id
ORDER BY places.case_id, person.id NULLS LAST, places.share
"""  # noqa: S608  # table names and keys are our own constants
_READERS_OF_ONE: Final = _READERS.format(asked="= %(case)s::bigint")
_READERS_OF_EACH: Final = _READERS.format(asked="= ANY(%(cases)s::bigint[])")

_MINE: Final = f"""
SELECT array_agg(DISTINCT place), max(address), EXISTS (SELECT 1 FROM {_CHOICE}
    WHERE identity_id = %(person)s AND topic = '{Topic.CASE_UPDATE}' AND wish = '{MailWish.NOTHING}')
FROM ({_STANDING}) AS {_COLUMNS} WHERE identity_id = %(person)s
""".format(asked="= %(case)s::bigint")  # noqa: S608  # as above

SHARE_KEY: Final = "share:"
"""Begins the key of whoever reads an address that is nobody's yet; the public id of the share follows."""
_REASONS: Final = {
    "filer": Reason.FILED_THE_CASE,
    "shared": Reason.CASE_IS_SHARED,
    "follower": Reason.FOLLOWS_THE_CASE,
}


@dataclass(frozen=True, slots=True)
class CaseReader:
    """One person who has to do with one case. `wants` is false for whoever chose to hear nothing of it (R5).

    `reasons` are the places where they stand; `may_read` says what `access.py` says.
    """

    person: Person
    reasons: tuple[Reason, ...]
    may_read: bool
    wants: bool

    @property
    def is_told(self) -> bool:
        return self.may_read and self.wants and self.person.blocked is None

    def is_at(self, mailbox: str) -> bool:
        """Say whether they are who reads this mailbox, under whatever identity (D10)."""
        return bool(mailbox) and mailbox_key(self.person.address) == mailbox_key(mailbox)


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whether one person hears of one case. `address` is where it was shared with them, if it was."""

    hears: bool
    chose_nothing: bool
    address: str


def hearing_of(person: int, case: int, now: datetime) -> Hearing:
    """Return whether an identity hears of a case, as `readers_of` would say it; both by key. One query."""
    places, address, chose_nothing = rows_of(_MINE, {"case": case, "person": person, "now": now})[0]
    stands = frozenset(places or ())
    hears = "gone" not in stands and not stands.isdisjoint(_REASONS) and not chose_nothing
    return Hearing(hears, chose_nothing, address or "")


def readers_of(case: int, now: datetime) -> tuple[CaseReader, ...]:
    """Return who has to do with one case, the longest-standing first. One query."""
    return tuple(_reader(row) for row in _rows(_READERS_OF_ONE, {"case": case, "now": now}))


def readers_of_each(cases: Collection[int], now: datetime) -> dict[int, list[CaseReader]]:
    """Return, for each of these cases by key, who has to do with it. One query for all."""
    found: dict[int, list[CaseReader]] = defaultdict(list)
    if not cases:
        return found
    for row in _rows(_READERS_OF_EACH, {"cases": list(cases), "now": now}):
        found[row[0]].append(_reader(row))
    return found


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return rows_of(statement, parameters)


def _reader(row: Sequence[Any]) -> CaseReader:
    case_id, places, account_id, urgent_state, manager_id, language, zone, share, address, said, *of_person = row
    reasons = tuple(reason for place, reason in _REASONS.items() if place in places)
    if share:
        return CaseReader(
            person=Person(f"{SHARE_KEY}{share}", "", address, said or language, zone),
            reasons=reasons or (Reason.CASE_IS_SHARED,),
            may_read=True,
            wants="gone" not in places,
        )
    is_unwanted, roles, custom, is_reached = of_person[-4:]
    identity = _identity(of_person)
    # One without a mailbox is reached where somebody shared the case with it (D10).
    identity.mailbox = identity.mailbox or address
    identity.__dict__["privileges"] = privileges_of([*((role, ()) for role in roles), ("", custom)])
    owner = Account(pk=account_id, partner_manager_id=manager_id)
    case = Case(pk=case_id, account=owner, urgent_state=urgent_state)
    return CaseReader(
        person=queries.person(identity),
        reasons=tuple(map(_of_staff, reasons)) if identity.account.kind == AccountKind.OPERATOR else reasons,
        may_read=bool(access.rights_without_shares(identity, case))
        or (is_reached and seat_of(identity) is not None)
        # A share gives the staff nothing: their role alone says which cases they read (W2).
        or ("shared" in places and not identity.is_staff),
        wants="gone" not in places and not is_unwanted,
    )


def _of_staff(reason: Reason) -> Reason:
    """Return the place where one of the operator's people stands: their addresses are for its staff alone."""
    return Reason.WORKS_ON_THE_CASE if reason is Reason.FOLLOWS_THE_CASE else reason


def _identity(row: Sequence[Any]) -> Identity:
    (
        key, public_id, name, mailbox, language, time_zone, suspended_at, quiet_days, quiet_start, quiet_end,
        account_id, kind, account_language, account_zone,
    ) = row[:14]  # fmt: skip
    account = Account(pk=account_id, kind=kind, language=account_language, time_zone=account_zone)
    return Identity(
        pk=key,
        public_id=public_id,
        domain=Domain(account=account),
        name=name,
        mailbox=mailbox,
        language=language,
        time_zone=time_zone,
        suspended_at=suspended_at,
        quiet_days=quiet_days,
        quiet_start_minute=quiet_start,
        quiet_end_minute=quiet_end,
    )
