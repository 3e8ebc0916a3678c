"""Endpoints of contacts: webhooks, chats, phones and other services."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from liaison.api.shapes.common import Body, Moment, Text
from liaison.contacts.channelview import address_for
from liaison.lib.http.targets import LONGEST_URL
from liaison.notifications import models
from liaison.notifications.facts import Channel


class Endpoint(Schema):
    """`person` is the id of a user or the address of an alias, and null when it is no contact any more.

    `url` is whole for those who can change the endpoint, and only the server's name for others; phone numbers are whole
    for the staff too. The addresses of chats and services are secrets: of those it is the server and the last letters.
    `only_emergencies` endpoints are not told of what may wait. Nothing is sent before `not_before`, because the other
    side asked for that. `disabled_because` is
    by_hand, gone (the server answered 410) or failing (it took nothing for five days). `old_secret_until` is set
    while messages carry a second signature.
    """

    id: str
    account: str
    person: str | None
    channel: str
    name: str
    url: str
    only_emergencies: bool
    created_at: Moment
    disabled_at: Moment | None
    disabled_because: str
    failing_since: Moment | None
    last_accepted_at: Moment | None
    not_before: Moment | None
    old_secret_until: Moment | None

    @classmethod
    def of(
        cls, endpoint: models.Endpoint, *, account: str, person: str | None, whole_address: bool, now: datetime
    ) -> Endpoint:
        until, waiting = endpoint.previous_secret_until, endpoint.not_before
        return cls(
            id=endpoint.public_id,
            account=account,
            person=person,
            channel=endpoint.channel,
            name=endpoint.name,
            url=address_for(endpoint, whole_address=whole_address),
            only_emergencies=endpoint.only_emergencies,
            created_at=endpoint.created_at,
            disabled_at=endpoint.disabled_at,
            disabled_because=endpoint.disabled_because,
            failing_since=endpoint.failing_since,
            last_accepted_at=endpoint.last_accepted_at,
            not_before=waiting if waiting is not None and now < waiting else None,
            old_secret_until=until if until is not None and now < until else None,
        )


class NewEndpoint(Body):
    """`person` is the id of a user or the address of an alias among alert and technical emergency contacts.

    `url` is what the channel needs: a web address (webhook, slack, teams, google_chat), a phone number with its country
    code (sms, voice) or an address of the apprise library. Phones are told of emergencies alone unless
    `only_emergencies` says otherwise, all others of everything.
    """

    person: Text
    name: Text
    url: Annotated[str, Field(max_length=LONGEST_URL)]
    channel: Channel = Channel.WEBHOOK
    only_emergencies: bool | None = None


class EndpointName(Body):
    name: Text


class EndpointTopics(Body):
    only_emergencies: bool


class MadeEndpoint(Schema):
    """`secret` is shown once. It is empty for channels that are not signed."""

    endpoint: Endpoint
    secret: str
