"""The signed webhook: bytes that stay the same, signed anew at each try."""

from __future__ import annotations

from datetime import datetime

from liaison.lib.http import HttpClient, Request, Response
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.contract import Answer, Letter, Outgoing, Rendered
from liaison.notifications.channels.posting import PATIENCE_SECONDS, Poster
from liaison.notifications.channels.webhook.render import render_event
from liaison.notifications.channels.webhook.signing import signed_headers
from liaison.notifications.endpoints import UsableEndpoint
from liaison.notifications.outbound import outbound_client


class SignedWebhooks(Poster):
    """The webhook channel."""

    def __init__(self, *, client: HttpClient | None = None, patience: float = PATIENCE_SECONDS) -> None:
        super().__init__(Webhooks(), client or outbound_client(), patience=patience)


class Webhooks:
    """Events by Standard Webhooks: facts for programs, and what the mail says for people."""

    def render(self, letter: Letter) -> Rendered:
        return render_event(letter)

    def address_of(self, endpoint: UsableEndpoint) -> str:
        return endpoint.url

    def request(self, message: Outgoing, endpoint: UsableEndpoint) -> Request:
        headers = (
            ("Content-Type", "application/json"),
            *signed_headers(message.message_id, message.at, message.data, endpoint.secrets),
        )
        return Request("POST", endpoint.url, headers, message.data)

    def meaning(self, response: Response, now: datetime) -> Answer:
        return meaning_of(response, now)
