"""With whom a case is shared."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from liaison.api.shapes.common import Body, GivenMoment, Moment, Person, Text
from liaison.api.shapes.people import person_of
from liaison.cases import models
from liaison.cases.vocabulary import ShareRight


class Share(Schema):
    """A case opened to whoever has an address: a person, a group, or nobody yet. It never says which."""

    id: str
    address: str
    right: ShareRight
    created_at: Moment
    created_by: Person | None
    expires_at: Moment | None

    @classmethod
    def of(cls, share: models.Share) -> Share:
        """Show a share that was read with who made it."""
        ends: datetime | None = share.expires_at
        return cls(
            id=share.public_id,
            address=share.address,
            right=ShareRight(share.right),
            created_at=share.created_at,
            created_by=person_of(share.created_by),
            expires_at=ends,
        )


class NewShare(Body):
    """Without `expires_at` it ends after 30 days; at most a year."""

    address: Text
    right: ShareRight
    expires_at: GivenMoment | None = None


class ShareChange(Body):
    """What is left out stays."""

    right: ShareRight | None = None
    expires_at: GivenMoment | None = None
