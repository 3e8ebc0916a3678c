"""Posting JSON to the address of an incoming webhook, as all chats want it."""

from __future__ import annotations

from datetime import datetime

from liaison.lib.http import Request, Response
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.contract import Answer, Outgoing
from liaison.notifications.channels.webhook.signing import webhook_id
from liaison.notifications.endpoints import UsableEndpoint


class PostedJson:
    """What the chats have in common. A chat adds how its messages look, and what its own answers mean."""

    def address_of(self, endpoint: UsableEndpoint) -> str:
        return endpoint.url

    def request(self, message: Outgoing, endpoint: UsableEndpoint) -> Request:
        """Return the call. The key is the same at every try: compatible receivers know a repetition by it."""
        headers = (
            ("Content-Type", "application/json; charset=utf-8"),
            ("Idempotency-Key", webhook_id(message.message_id)),
        )
        return Request("POST", endpoint.url, headers, message.data)

    def meaning(self, response: Response, now: datetime) -> Answer:
        return meaning_of(response, now)
