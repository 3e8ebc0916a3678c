"""Who sees the cases of a customer, and what it granted."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from liaison.accounts.models import Account
from liaison.api.shapes.common import Body, Moment, Person, Text
from liaison.api.shapes.people import person_of
from liaison.delegation import models
from liaison.delegation.relations import PastSpan
from liaison.delegation.relations import Relation as KnownRelation
from liaison.delegation.vocabulary import Asking, GrantLevel, Tie


class Party(Schema):
    """An account that works for a customer."""

    slug: str
    name: str


class Relation(Schema):
    """An account that manages or supports the customer now. Without `level` it sees none of the cases."""

    account: Party
    tie: Tie
    domain: str | None
    since: Moment
    level: GrantLevel | None
    sees_since: Moment | None
    granted_by: str

    @classmethod
    def of(cls, relation: KnownRelation) -> Relation:
        sees: datetime | None = relation.since
        return cls(
            account=party_of(relation.account),
            tie=Tie(relation.bond.tie),
            domain=relation.bond.domain.name if relation.bond.domain else None,
            since=relation.bond.begun_at,
            level=GrantLevel(relation.level) if relation.level else None,
            sees_since=sees,
            granted_by=relation.granted_by,
        )


class AccessRequest(Schema):
    """What an account asked a customer for."""

    id: str
    account: Party
    level: GrantLevel
    state: Asking
    asked_at: Moment
    asked_by: Person | None

    @classmethod
    def of(cls, request: models.AccessRequest) -> AccessRequest:
        """Show a request that was read with its account and who asked."""
        return cls(
            id=request.public_id,
            account=party_of(request.account),
            level=GrantLevel(request.level),
            state=Asking(request.state),
            asked_at=request.asked_at,
            asked_by=person_of(request.asked_by),
        )


class CustomerAccess(Schema):
    """The manager of record first, then the support partners; and the requests that wait for an answer."""

    relations: list[Relation]
    requests: list[AccessRequest]


class AccessSpan(Schema):
    """A relation or, with `level`, a grant, from `since` until `until`; null where it goes on."""

    account: Party
    tie: Tie | None
    domain: str | None
    level: GrantLevel | None
    since: Moment
    until: Moment | None
    begun_by: str
    begun_why: str
    ended_by: str
    ended_why: str

    @classmethod
    def of(cls, span: PastSpan) -> AccessSpan:
        return cls(
            account=party_of(span.account),
            tie=Tie(span.tie) if span.tie else None,
            domain=span.domain.name if span.domain else None,
            level=GrantLevel(span.level) if span.level else None,
            since=span.since,
            until=span.until,
            begun_by=span.begun_by,
            begun_why=span.begun_why,
            ended_by=span.ended_by,
            ended_why=span.ended_why,
        )


class Because(Schema):
    """The reason, which stands in the history. Those whose access ends do not see it."""

    why: str = ""


class NewGrant(Body):
    """What the account may do from now on. Its people do not see the reason."""

    level: GrantLevel
    why: str = ""


class NewSupportPartner(Body):
    partner: Text
    why: str = ""


class NewAccessRequest(Body):
    level: GrantLevel = GrantLevel.MANAGE


class AnswerToRequest(Body):
    """What is granted; null declines."""

    level: GrantLevel | None
    why: str = ""


class NewContactLink(Body):
    """About which account the customer's contact decides."""

    account: Text


def party_of(account: Account) -> Party:
    return Party(slug=account.slug, name=account.name)
