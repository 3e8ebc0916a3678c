"""Groups, choices of mail, and where cases may be shared to."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.accounts import models
from liaison.accounts.actions.groups import MOST_MEMBERS
from liaison.accounts.vocabulary import MailWish
from liaison.api.shapes.common import Body, Moment, Person, Text
from liaison.api.shapes.people import person_of

_Members = Annotated[list[Text], Field(max_length=MOST_MEMBERS, description="Ids of users of the account.")]


class Group(Schema):
    """One address for several users of an account."""

    id: str
    address: str
    name: str
    members: list[Person]
    created_at: Moment

    @classmethod
    def of(cls, group: models.Group) -> Group:
        """Show a group that was read with its members."""
        people = (person_of(one) for one in sorted(group.members.all(), key=lambda one: (one.name, one.pk)))
        return cls(
            id=group.public_id,
            address=group.address,
            name=group.name,
            members=[one for one in people if one is not None],
            created_at=group.created_at,
        )


class NewGroup(Body):
    address: Text
    name: Text
    members: _Members = []


class GroupChange(Body):
    """What is left out stays."""

    name: Text | None = None
    members: _Members | None = None


class MailChoices(Schema):
    """What you want of the topics that leave a choice."""

    case_update: MailWish
    maintenance: MailWish


class MailChoicesChange(Body):
    """What is left out stays."""

    case_update: MailWish | None = None
    maintenance: MailWish | None = None


class SharingLimits(Schema):
    """The domains that cases may be shared to beside the account's own; none for anywhere."""

    domains: list[str]


class SharingLimitsChange(Body):
    domains: Annotated[list[Text], Field(max_length=100)]
