"""Endpoints of contacts, where signed webhooks go."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment, Text
from liaison.contacts.channelview import address_for
from liaison.lib.http.targets import LONGEST_URL
from liaison.notifications import models


class Endpoint(Schema):
    """`person` is the id of a user or the address of an alias, and null when it is no contact any more.

    `url` is whole for those who can change the endpoint, and only the server's name for others. `disabled_because` is
    by_hand, gone (the server answered 410) or failing (it took nothing for five days). `old_secret_until` is set
    while messages carry a second signature.
    """

    id: str
    account: str
    person: str | None
    channel: str
    name: str
    url: str
    created_at: Moment
    disabled_at: Moment | None
    disabled_because: str
    failing_since: Moment | None
    last_accepted_at: Moment | None
    old_secret_until: Moment | None

    @classmethod
    def of(
        cls, endpoint: models.Endpoint, *, account: str, person: str | None, whole_address: bool, now: datetime
    ) -> Endpoint:
        until = endpoint.previous_secret_until
        return cls(
            id=endpoint.public_id,
            account=account,
            person=person,
            channel=endpoint.channel,
            name=endpoint.name,
            url=address_for(endpoint, whole_address=whole_address),
            created_at=endpoint.created_at,
            disabled_at=endpoint.disabled_at,
            disabled_because=endpoint.disabled_because,
            failing_since=endpoint.failing_since,
            last_accepted_at=endpoint.last_accepted_at,
            old_secret_until=until if until is not None and now < until else None,
        )


class NewEndpoint(Body):
    """`person` is the id of a user or the address of an alias among alert and technical emergency contacts."""

    person: Text
    name: Text
    url: Annotated[str, Field(max_length=LONGEST_URL)]


class EndpointName(Body):
    name: Text


class MadeEndpoint(Schema):
    """`secret` is shown once."""

    endpoint: Endpoint
    secret: str
