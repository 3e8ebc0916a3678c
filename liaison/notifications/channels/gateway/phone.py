"""A channel of phones: words to a number, by the operator's gateway."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from liaison.lib.http import HttpClient, Request, Response
from liaison.lib.languages import language_for
from liaison.notifications.channels.answers import meaning_of
from liaison.notifications.channels.chat import Spoken, rendered, spoken
from liaison.notifications.channels.contract import Answer, Letter, Outcome, Outgoing, Rendered, UndeliverableError
from liaison.notifications.channels.gateway.shape import Gateway, ShapeError, gateway_of
from liaison.notifications.channels.webhook.signing import webhook_id
from liaison.notifications.endpoints import UsableEndpoint
from liaison.notifications.outbound import outbound_client

# Gateways that speak want a country with the language.
_LOCALES: Final = {"en": "en-GB", "ko": "ko-KR", "zh-hans": "zh-CN", "it": "it-IT", "pl": "pl-PL"}
# The gateway will never take this message, for example because of its number. It says nothing of the next one.
_NEVER: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY}
)


class Phone:
    """One kind of phone channel. `prefix` names its settings, `words_of` makes what is sent or said."""

    def __init__(self, prefix: str, words_of: Callable[[Spoken], str]) -> None:
        self._prefix = prefix
        self._words_of = words_of

    def render(self, letter: Letter) -> Rendered:
        """Return the words and their language; the number and the gateway's own shape come at each try."""
        said = spoken(letter)
        return rendered(said, {"text": self._words_of(said), "language": letter.recipient.language})

    def address_of(self, endpoint: UsableEndpoint) -> str:
        return self._gateway().url

    def request(self, message: Outgoing, endpoint: UsableEndpoint) -> Request:
        gateway, said = self._gateway(), json.loads(message.data)
        language = language_for(said["language"])
        return gateway.request(
            {
                "to": endpoint.number,
                "from": gateway.sender,
                "text": said["text"],
                "language": language.html_lang,
                "locale": _LOCALES[language.code],
                "message_id": webhook_id(message.message_id),
            }
        )

    def meaning(self, response: Response, now: datetime) -> Answer:
        answer = meaning_of(response, now)
        if answer.outcome is Outcome.ACCEPTED and not self._gateway().names_an_id(response.body):
            return Answer(Outcome.TEMPORARY, response.status, "the gateway named no id")
        if response.status in _NEVER:
            return Answer(Outcome.REFUSED, response.status, f"HTTP {response.status}")
        return answer

    def _gateway(self) -> Gateway:
        """Return the gateway of the settings. Raises UndeliverableError where there is none."""
        found = described_gateway(self._prefix)
        if found is None:
            raise UndeliverableError("this channel is not offered any more")
        return found


def described_gateway(prefix: str) -> Gateway | None:
    """Return the gateway that the settings `<prefix>_GATEWAY_…` describe, None without one. Raises ShapeError."""
    url = _setting(prefix, "URL")
    if not url:
        return None
    return gateway_of(
        url=url,
        method=_setting(prefix, "METHOD"),
        headers=_setting(prefix, "HEADERS"),
        body=_setting(prefix, "BODY"),
        sender=_setting(prefix, "FROM"),
        id_pointer=_setting(prefix, "ID_POINTER"),
    )


def gateway_client(prefix: str) -> HttpClient:
    """Return a client that also reaches the networks in which the operator's gateways stand, at the gateway's port."""
    found = described_gateway(prefix)
    port = urlsplit(found.url).port if found else None
    return outbound_client(
        more_networks=settings.GATEWAY_ALLOWED_NETWORKS, more_ports=() if port is None else (str(port),)
    )


def problem_of(prefix: str) -> str:
    """Return what is wrong with the settings of a gateway, empty when nothing is."""
    try:
        described_gateway(prefix)
    except ShapeError as error:
        return str(error)
    return ""


def _setting(prefix: str, name: str) -> str:
    return str(getattr(settings, f"{prefix}_GATEWAY_{name}"))
