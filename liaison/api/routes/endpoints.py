"""Endpoints of contacts: where they are told beside their mail."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.access import account_for
from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import endpoints as shapes
from liaison.contacts import actions
from liaison.contacts.access import endpoint_for, endpoints_for, sees_whole_address
from liaison.contacts.actions.endpoints import NewSecret
from liaison.contacts.channels import contact_people
from liaison.lib.clock import utc_now
from liaison.notifications import models

operations = Operations("endpoints")
_OF_ACCOUNT = "/accounts/{slug}/endpoints"
_ONE = "/endpoints/{endpoint_id}"


@operations.get(_OF_ACCOUNT, Page[shapes.Endpoint], _("List the endpoints of an account"))
def list_endpoints(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.Endpoint]:
    """List the disabled ones too; removed ones are gone."""
    actor = actor_of(request)
    account = account_for(actor, slug)
    endpoints = endpoints_for(actor, account)
    shown = _Shown(actor, account, utc_now())
    return page_of(endpoints, window, shown.of)


@operations.write("POST", _OF_ACCOUNT, shapes.MadeEndpoint, _("Add an endpoint"), status=201)
def add_endpoint(request: HttpRequest, slug: str, body: shapes.NewEndpoint) -> Status[shapes.MadeEndpoint]:
    """Add an endpoint to a contact. The secret of a webhook is shown once."""
    actor, now = actor_of(request), utc_now()
    account = account_for(actor, slug)
    made = actions.add_endpoint(
        actor=actor,
        account=account,
        person=body.person,
        name=body.name,
        url=body.url,
        channel=body.channel,
        only_emergencies=body.only_emergencies,
        now=now,
    )
    return Status(201, _Shown(actor, account, now).made(made))


@operations.get(_ONE, shapes.Endpoint, _("Read an endpoint"))
def read_endpoint(request: HttpRequest, endpoint_id: str) -> shapes.Endpoint:
    actor = actor_of(request)
    endpoint, account = endpoint_for(actor, endpoint_id)
    return _Shown(actor, account, utc_now()).of(endpoint)


@operations.write("PUT", f"{_ONE}/name", shapes.Endpoint, _("Rename an endpoint"))
def rename_endpoint(request: HttpRequest, endpoint_id: str, body: shapes.EndpointName) -> shapes.Endpoint:
    actor, now = actor_of(request), utc_now()
    endpoint, account = endpoint_for(actor, endpoint_id)
    renamed = actions.rename_endpoint(actor=actor, endpoint=endpoint, name=body.name, now=now)
    return _Shown(actor, account, now).of(renamed)


@operations.write("POST", f"{_ONE}/secrets", shapes.MadeEndpoint, _("Make a new secret for an endpoint"), status=201)
def rotate_endpoint_secret(request: HttpRequest, endpoint_id: str) -> Status[shapes.MadeEndpoint]:
    """Make a new secret, shown once. For 24 hours messages carry a signature of the old one too."""
    actor, now = actor_of(request), utc_now()
    endpoint, account = endpoint_for(actor, endpoint_id)
    made = actions.rotate_endpoint_secret(actor=actor, endpoint=endpoint, now=now)
    return Status(201, _Shown(actor, account, now).made(made))


@operations.write("PUT", f"{_ONE}/topics", shapes.Endpoint, _("Choose what an endpoint is told"))
def choose_endpoint_topics(request: HttpRequest, endpoint_id: str, body: shapes.EndpointTopics) -> shapes.Endpoint:
    """Let it be told of emergencies alone, or of everything that its contact is told of."""
    actor, now = actor_of(request), utc_now()
    endpoint, account = endpoint_for(actor, endpoint_id)
    chosen = actions.choose_endpoint_topics(
        actor=actor, endpoint=endpoint, only_emergencies=body.only_emergencies, now=now
    )
    return _Shown(actor, account, now).of(chosen)


@operations.write("PUT", f"{_ONE}/disablement", shapes.Endpoint, _("Disable an endpoint"))
def disable_endpoint(request: HttpRequest, endpoint_id: str) -> shapes.Endpoint:
    """Send nothing there until somebody enables it."""
    actor, now = actor_of(request), utc_now()
    endpoint, account = endpoint_for(actor, endpoint_id)
    disabled = actions.disable_endpoint(actor=actor, endpoint=endpoint, now=now)
    return _Shown(actor, account, now).of(disabled)


@operations.write("DELETE", f"{_ONE}/disablement", None, _("Enable an endpoint"), status=204)
def enable_endpoint(request: HttpRequest, endpoint_id: str) -> Status[None]:
    actor = actor_of(request)
    actions.enable_endpoint(actor=actor, endpoint=endpoint_for(actor, endpoint_id)[0], now=utc_now())
    return Status(204, None)


@operations.write("DELETE", _ONE, None, _("Remove an endpoint"), status=204)
def remove_endpoint(request: HttpRequest, endpoint_id: str) -> Status[None]:
    """Remove it for good; its secret is erased."""
    actor = actor_of(request)
    actions.remove_endpoint(actor=actor, endpoint=endpoint_for(actor, endpoint_id)[0], now=utc_now())
    return Status(204, None)


class _Shown:
    """Endpoints of one account as one reader sees them. One query for the people of all."""

    def __init__(self, actor: Actor, account: Account, now: datetime) -> None:
        self._slug = account.slug
        self._sees_whole = partial(sees_whole_address, actor, account)
        self._people = {person.key: person.reference for person in contact_people(account)}
        self._now = now

    def of(self, endpoint: models.Endpoint) -> shapes.Endpoint:
        return shapes.Endpoint.of(
            endpoint,
            account=self._slug,
            person=self._people.get(endpoint.owner_key),
            whole_address=self._sees_whole(endpoint),
            now=self._now,
        )

    def made(self, made: NewSecret) -> shapes.MadeEndpoint:
        return shapes.MadeEndpoint(endpoint=self.of(made.endpoint), secret=made.secret)
