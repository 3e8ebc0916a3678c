"""Hand-overs of cases, and who could see a case."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment, Text
from liaison.cases.delegated import audience, handing
from liaison.cases.delegated.handing import MOST_AT_ONCE
from liaison.cases.delegated.words import RULES
from liaison.delegation.vocabulary import GrantLevel, Rule, Tie


class HandOverTarget(Schema):
    """An account that works for the customer now. `unseen` counts the customer's open cases that it cannot see.

    `granted` is null as long as the customer grants it no access: it then sees nothing that is handed over.
    """

    account: str
    name: str
    tie: Tie
    granted: GrantLevel | None
    unseen: int

    @classmethod
    def of(cls, target: handing.Target) -> HandOverTarget:
        account = target.account
        return cls(account=account.slug, name=account.name, tie=target.tie, granted=target.level, unseen=target.waiting)


class NewHandOver(Body):
    """Which cases of your account go to which account: at most 100 by their numbers, or all open ones."""

    account: Text
    numbers: Annotated[list[Text], Field(max_length=MOST_AT_ONCE)] = []
    all_open: bool = False


class Viewer(Schema):
    """Somebody who could see the case, or could not: `rule` says why, `why` the same in words.

    `name` is that of an account, or the address that the case was shared with; empty for support staff.
    """

    name: str
    domain: str
    rule: Rule
    why: str
    right: str
    since: Moment | None
    until: Moment | None

    @classmethod
    def of(cls, viewer: audience.Viewer) -> Viewer:
        return cls(
            name=viewer.name,
            domain=viewer.detail,
            rule=viewer.rule,
            why=str(RULES[viewer.rule]),
            right=viewer.right,
            since=viewer.since,
            until=viewer.until,
        )


class CaseLook(Schema):
    """Somebody of another account looked at the case, or was refused it; where `way` is `action`, an action at it."""

    at: Moment
    person: str
    account: str
    way: str
    rule: Rule
    is_refused: bool

    @classmethod
    def of(cls, look: audience.Look) -> CaseLook:
        return cls(
            at=look.at,
            person=look.person,
            account=look.account,
            way=look.way,
            rule=look.rule,
            is_refused=look.is_refused,
        )


class CaseAudience(Schema):
    """Who could see a case at a moment, who of those ever related to its account could not, and who looked by then."""

    at: Moment
    seeing: list[Viewer]
    others: list[Viewer]
    looks: list[CaseLook]
