"""What runs when somebody looks around the demo: an emergency that nobody has yet, and a webhook that went out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liaison.contacts import actions as contacts
from liaison.demo.cast import LANTERNA
from liaison.demo.story import payload
from liaison.integrations import actions as integrations
from liaison.integrations.models import EnvironmentName
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    from datetime import datetime

    from liaison.demo.client import Answer, Browser
    from liaison.demo.receiver import Receiver
    from liaison.demo.seed import Stage

INTAKE = "/in/alertmanager"
CALLED = "sara"
"""Who is called first: the key of the person in the cast."""


def open_emergency(stage: Stage, browser: Browser, receiver: Receiver) -> Answer:
    """Give an alert contact an endpoint, and let a real alert come in over HTTP; return the intake's answer.

    Nobody acknowledges it: that is for whoever looks around. The receiver must have been started.
    """
    actor, now = stage.people["luca"], utc_now()
    contacts.add_endpoint(
        actor=actor,
        account=stage.accounts[LANTERNA.slug],
        person=stage.people["mei"].public_id,
        name="Webhooks of the demo",
        url=receiver.url,
        now=now,
    )
    integration = stage.integrations[LANTERNA.slug][0]
    environment = integration.environments.get(name=EnvironmentName.PRODUCTION)
    key = integrations.create_intake_key(actor=actor, environment=environment, name="Alertmanager of the demo", now=now)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key.secret}"}
    return browser.send("POST", INTAKE, _begun_at(now, payload("firing-critical.json")), headers)


def _begun_at(now: datetime, body: bytes) -> bytes:
    """Return the alert as if it had just begun: it was captured some day."""
    return re.sub(rb'"startsAt":"[^"]*"', f'"startsAt":"{now:%Y-%m-%dT%H:%M:%SZ}"'.encode(), body)
