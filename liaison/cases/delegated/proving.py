"""Who of another account looked at which case, and who was refused it, by which rule and relation: kept as history.

Each is one statement, also where there is nothing to keep: what is refused answers as what is not there, with the same
number of statements (invariant 6). Lists and counts are not kept. Of one person at one case the same is kept once a
minute, and once an hour of a page that keeps itself fresh; of downloads and exports each.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeGuard

from liaison.accounts.actors import Actor
from liaison.accounts.models import Group, Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import ActorKind, Happened
from liaison.cases.models import Attachment, Case, Share
from liaison.cases.scope import reaches_sql
from liaison.cases.vocabulary import CASE
from liaison.delegation.access import seat_of
from liaison.delegation.deciding import Decision, Seat
from liaison.delegation.vocabulary import Rule
from liaison.lib.bulk import as_json
from liaison.lib.driver import preparing_cursor, table_of

A_LOOK: Final = timedelta(minutes=1)
KEPT_FRESH: Final = timedelta(hours=1)
_EACH: Final = timedelta(0)
# Whether the same was kept just before is asked of the newest events of a case alone: there may be many.
_LOOKED_AMONG: Final = 100
_NO_SEAT: Final = Seat(0, 0)


class Way(StrEnum):
    """How somebody came to see a case."""

    PAGE = "page"
    API = "api"
    DOWNLOAD = "download"
    EXPORT = "export"
    ASKED = "asked"
    """In vain."""
    ACTION = "action"
    """Something that whoever sees the case may not do at it."""


_EVENT, _CASE, _SHARE = table_of(Event), table_of(Case), table_of(Share)
_MEMBER: Final = table_of(Group.members.through)
_KEPT: Final = f"""
INSERT INTO {_EVENT} (at, kind, actor_kind, actor_id, subject_kind, subject_id, account_id, changes, facts)
SELECT %(now)s::timestamptz, %(kind)s::text, '{ActorKind.IDENTITY}', %(actor)s::text, '{CASE}', filed.id::text,
    filed.account_id, '{{{{}}}}', {{facts}}
FROM {_CASE} AS filed {{joined}}
WHERE {{asked}} AND filed.account_id <> %(own)s::bigint AND NOT EXISTS (
    SELECT FROM (
        SELECT at, kind, actor_id, facts FROM {_EVENT}
        WHERE subject_kind = '{CASE}' AND subject_id = filed.id::text ORDER BY id DESC LIMIT {_LOOKED_AMONG}
    ) AS lately
    WHERE lately.kind = %(kind)s::text AND lately.actor_id = %(actor)s::text AND lately.at > %(since)s::timestamptz
        AND lately.at <= %(now)s::timestamptz
        AND lately.facts ->> 'way' = %(way)s::text
)
"""  # noqa: S608  # table names and keys are our own constants
_ABOUT_ACTOR: Final = "'way', %(way)s::text, 'account', %(own)s::bigint, 'domain', %(domain)s::bigint"
_BY_SHARE: Final = f"""
LEFT JOIN LATERAL (
    SELECT share.public_id FROM {_SHARE} AS share
    WHERE {{without_reach}} AND share.case_id = filed.id AND share.revoked_at IS NULL
        AND (share.expires_at IS NULL OR share.expires_at > %(now)s::timestamptz)
        AND (share.identity_id = %(person)s::bigint OR EXISTS (SELECT FROM {_MEMBER} AS member
            WHERE member.group_id = share.group_id AND member.identity_id = %(person)s::bigint))
    ORDER BY share.id LIMIT 1
) AS share ON TRUE
"""  # noqa: S608  # as above
_AND_SHARE: Final = (
    "CASE WHEN share.public_id IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('share', share.public_id) END"
)
_REFUSED_FACTS: Final = (
    f"jsonb_build_object({_ABOUT_ACTOR}, 'rule', %(rule)s::text, 'bond', %(bond)s::bigint, 'grant', %(grant)s::bigint)"
)
_REFUSED: Final = _KEPT.format(asked="filed.id = %(case)s::bigint", joined="", facts=_REFUSED_FACTS)
_ACTION_REFUSED: Final = _KEPT.format(
    asked="filed.id = %(case)s::bigint",
    joined=_BY_SHARE.format(without_reach="%(bond)s::bigint = 0"),
    facts=f"{_REFUSED_FACTS} || {_AND_SHARE}",
)
_BY_WHAT: Final = f"""
LEFT JOIN LATERAL (
    SELECT reach.bond_id, reach.grant_id, filed.created_at <@ ANY (reach.filed) AS in_time
    {reaches_sql("filed", "%(seat)s::bigint", "%(domain)s::bigint")} LIMIT 1
) AS reach ON TRUE
{_BY_SHARE.format(without_reach="reach.bond_id IS NULL")}
"""
_SEEN_FACTS: Final = f"""
jsonb_build_object({_ABOUT_ACTOR}, 'rule', CASE WHEN reach.bond_id IS NULL THEN '{Rule.SHARED}'
        WHEN reach.in_time THEN '{Rule.BOUND_WHEN_FILED}' ELSE '{Rule.HANDED_OVER}' END,
    'bond', coalesce(reach.bond_id, 0), 'grant', coalesce(reach.grant_id, 0))
    || {_AND_SHARE} || %(more)s::jsonb
"""
_SEEN: Final = _KEPT.format(asked="filed.id = %(case)s::bigint", joined=_BY_WHAT, facts=_SEEN_FACTS)
_SEEN_EACH: Final = _KEPT.format(asked="filed.number = ANY(%(numbers)s::text[])", joined=_BY_WHAT, facts=_SEEN_FACTS)


def note_seen(actor: Actor, case: Case, way: Way, now: datetime, *, lately: timedelta = A_LOOK) -> None:
    """Keep that a case was opened from another account, unless that was kept `lately`. Nothing for all others."""
    if _is_outside(actor) and case.account_id != actor.account.pk:
        _keep(_SEEN, Happened.CASE_SEEN_BY_DELEGATE, actor, way, now, lately=lately, case=case.pk)


def note_downloaded(actor: Actor, attachment: Attachment, now: datetime) -> None:
    """Keep that a file of another account's case was given out."""
    if _is_outside(actor) and attachment.case.account_id != actor.account.pk:
        more = as_json({"attachment": attachment.public_id})
        about = {"case": attachment.case_id, "more": more}
        _keep(_SEEN, Happened.CASE_SEEN_BY_DELEGATE, actor, Way.DOWNLOAD, now, lately=_EACH, **about)


def note_exported(actor: Actor, numbers: Collection[str], now: datetime) -> None:
    """Keep which cases of other accounts went out with an export, by their numbers. One statement for all."""
    if _is_outside(actor) and numbers:
        about = {"numbers": list(numbers)}
        _keep(_SEEN_EACH, Happened.CASE_SEEN_BY_DELEGATE, actor, Way.EXPORT, now, lately=_EACH, **about)


def note_refused(actor: Actor, case: int, decision: Decision, now: datetime) -> None:
    """Keep that somebody asked for a case (by key) of another account and was refused, if there is such a case."""
    if _is_outside(actor):
        about = {"case": case, "rule": decision.rule.value, "bond": decision.bond, "grant": decision.grant}
        _keep(_REFUSED, Happened.CASE_REFUSED_TO_DELEGATE, actor, Way.ASKED, now, lately=A_LOOK, **about)


def note_action_refused(actor: Actor, case: Case, decision: Decision, now: datetime) -> None:
    """Keep that somebody who sees a case of another account may not do what it asked to do there, and why."""
    if _is_outside(actor) and case.account_id != actor.account.pk:
        # Without a level it sees the case by a share, whose relation or grant, if there are any, decided nothing.
        by = decision if decision.level else Decision(None, decision.rule)
        about = {"case": case.pk, "rule": by.rule.value, "bond": by.bond, "grant": by.grant}
        _keep(_ACTION_REFUSED, Happened.CASE_REFUSED_TO_DELEGATE, actor, Way.ACTION, now, lately=A_LOOK, **about)


def _is_outside(actor: Actor) -> TypeGuard[Identity]:
    return isinstance(actor, Identity) and not actor.is_staff


def _keep(
    statement: str, happened: Happened, actor: Identity, way: Way, now: datetime, *, lately: timedelta, **about: Any
) -> None:
    asked = {
        "kind": happened.value,
        "now": now,
        "since": now - lately,
        "actor": str(actor.pk),
        "person": actor.pk,
        "own": actor.account.pk,
        "seat": (seat_of(actor) or _NO_SEAT).account,
        "domain": actor.domain_id,
        "way": way.value,
        "more": "{}",
        **about,
    }
    with preparing_cursor() as cursor:
        cursor.execute(statement, asked)
