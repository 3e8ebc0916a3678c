"""Accounts, users, invitations and tokens."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.accounts import models, queries
from liaison.accounts.rights import AccountKind, PredefinedRole
from liaison.accounts.vocabulary import TokenScope
from liaison.api.shapes.common import Body, GivenMoment, Moment, Person, Text
from liaison.catalog.vocabulary import SupportTier
from liaison.lib.dates import format_clock
from liaison.lib.hours import MINUTES_A_DAY


def person_of(identity: models.Identity | None) -> Person | None:
    return Person(id=identity.public_id, name=identity.name) if identity else None


class Account(Schema):
    slug: str
    name: str
    kind: AccountKind
    language: str
    time_zone: str
    partner_manager: Person | None
    support_tier: SupportTier
    created_at: Moment

    @classmethod
    def of(cls, account: models.Account) -> Account:
        """Show an account that was read with its partner manager."""
        return cls(
            slug=account.slug,
            name=account.name,
            kind=AccountKind(account.kind),
            language=account.language,
            time_zone=account.time_zone,
            partner_manager=person_of(account.partner_manager),
            support_tier=SupportTier(account.support_tier),
            created_at=account.created_at,
        )


class NewAccount(Body):
    kind: AccountKind
    name: Text
    slug: Text
    language: Text
    time_zone: Text


class AccountChange(Body):
    name: Text
    language: Text
    time_zone: Text


class PartnerManagerChoice(Body):
    """`user` is the id of a partner manager of the operator, or null for none."""

    user: Text | None


class SupportTierChoice(Body):
    tier: SupportTier


class User(Schema):
    """An identity. `roles` are those for the whole account; an empty language or zone means the account's."""

    id: str
    account: str
    username: str
    name: str
    mailbox: str
    mailbox_verified_at: Moment | None
    language: str
    time_zone: str
    roles: list[PredefinedRole]
    created_at: Moment
    suspended_at: Moment | None

    @classmethod
    def of(cls, identity: models.Identity) -> User:
        return cls(
            id=identity.public_id,
            account=identity.account.slug,
            username=identity.username,
            name=identity.name,
            mailbox=identity.mailbox,
            mailbox_verified_at=identity.mailbox_verified_at,
            language=identity.language,
            time_zone=identity.time_zone,
            roles=list(queries.roles_of(identity)),
            created_at=identity.created_at,
            suspended_at=identity.suspended_at,
        )


class NewUser(Body):
    """Without a user name the mailbox gives it; one of the two is needed."""

    role: PredefinedRole
    name: Text
    username: Text = ""
    mailbox: Text = ""
    language: Text = ""
    time_zone: Text = ""


class RoleChoice(Body):
    role: PredefinedRole


class SignInLink(Schema):
    """A link that signs the user in once, within 24 hours. It is not shown again."""

    link: str


class Invitation(Schema):
    id: str
    account: str
    address: str
    role: PredefinedRole
    language: str
    created_at: Moment
    expires_at: Moment

    @classmethod
    def of(cls, invitation: models.Invitation) -> Invitation:
        return cls(
            id=invitation.public_id,
            account=invitation.account.slug,
            address=invitation.address,
            role=PredefinedRole(invitation.role),
            language=invitation.language,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )


class NewInvitation(Body):
    """Without a role the invited person becomes an editor."""

    address: Text
    role: PredefinedRole | None = None
    language: Text = ""


class InvitationAcceptance(Body):
    """`token` is the part of the mailed link that follows `/invitations/`."""

    token: Annotated[str, Field(max_length=1000)]
    name: Text
    password: Text
    language: Text = ""
    time_zone: Text = ""


class MailboxProof(Body):
    """`token` is the part of the mailed link that follows `/mailbox/`."""

    token: Annotated[str, Field(max_length=1000)]


class QuietHours(Schema):
    """Hours in which only what cannot wait comes. `days` are the ISO weekdays (1 is Monday) on which they begin.

    No days: there are none. An end that is not later than the start is on the next day. They are in the user's zone.
    """

    days: list[int]
    start: str
    end: str

    @classmethod
    def of(cls, identity: models.Identity) -> QuietHours:
        if not identity.quiet_days:
            return cls(days=[], start="", end="")
        ends = identity.quiet_end_minute
        return cls(
            days=identity.quiet_days,
            start=format_clock(identity.quiet_start_minute, "en"),
            end=format_clock(ends - MINUTES_A_DAY if ends > MINUTES_A_DAY else ends, "en"),
        )


class QuietHoursChange(Body):
    """No days for no quiet hours. `start` and `end` are clocks such as 22:00, in the user's zone."""

    days: Annotated[list[Annotated[int, Field(strict=True, ge=1, le=7)]], Field(max_length=7)]
    start: Text = ""
    end: Text = ""


class Me(Schema):
    """Whose token this is, and what it may."""

    user: User
    account: Account
    privileges: list[str]
    scopes: list[TokenScope]
    wants_sandbox_mail: bool
    quiet_hours: QuietHours
    forwards_to: str


class MySettings(Body):
    name: Text
    language: Text
    time_zone: Text
    wants_sandbox_mail: bool


class LanguageChoice(Body):
    language: Text


class MailboxWish(Body):
    address: Text


class ForwardingToken(Body):
    """`token` is the part of the mailed link that follows `/forwarding/`."""

    token: Text


class WaitingMailbox(Schema):
    """A mailbox that counts once the link mailed to it was opened."""

    address: str
    expires_at: Moment


class Token(Schema):
    id: str
    name: str
    scopes: list[TokenScope]
    created_at: Moment
    expires_at: Moment
    last_used_at: Moment | None

    @classmethod
    def of(cls, token: models.ApiToken) -> Token:
        return cls(
            id=token.public_id,
            name=token.name,
            scopes=[TokenScope(scope) for scope in token.scopes],
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
        )


class NewToken(Body):
    name: Text
    scopes: list[TokenScope]
    expires_at: GivenMoment


class MadeToken(Schema):
    """`secret` is the token itself. It is not shown again."""

    token: Token
    secret: str
