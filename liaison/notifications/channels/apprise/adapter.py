"""The channel of all other services: the library makes the call, our client carries it, a thread ends it."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.conf import settings

from liaison.lib.clock import utc_now
from liaison.lib.http import CallError, HttpClient, Obstacle
from liaison.notifications.channels.answers import meaning_of, meaning_of_error
from liaison.notifications.channels.chat import Spoken, cut_bytes, rendered, spoken
from liaison.notifications.channels.contract import (
    Answer,
    Later,
    Letter,
    Outcome,
    Outgoing,
    Rendered,
    UndeliverableError,
)
from liaison.notifications.channels.posting import PATIENCE_SECONDS, noted, still_waiting, usable
from liaison.notifications.endpoints import UsableEndpoint
from liaison.notifications.outbound import CHECK_SECONDS, outbound_client

if TYPE_CHECKING:
    from apprise import NotifyBase

    from liaison.notifications.channels.apprise.guarded import Errand

MOST_TEXT_BYTES: Final = 8_000

logger = logging.getLogger(__name__)


class AppriseServices:
    """The channel. Each message has a client of its own, because the library's call may outlive our patience."""

    def __init__(self, *, patience: float = PATIENCE_SECONDS, client: HttpClient | None = None) -> None:
        self._patience = patience
        self._client = client

    def ready(self, address: str) -> Answer | None:
        """Read the endpoint as it is now. Raises UndeliverableError, and Django's database errors."""
        now = utc_now()
        return still_waiting(usable(address, now), now)

    def place_of(self, address: str) -> str:
        return address

    def render(self, letter: Letter) -> Rendered:
        return rendered(*said_in(letter))

    def send(self, message: Outgoing) -> Answer | Later:
        """Let the library send in a thread of its own; its time ends with the setting, whatever it does."""
        try:
            plugin = _plugin(usable(message.address, message.at))
        except UndeliverableError as error:
            return Answer(Outcome.REFUSED, detail=str(error))
        trip = _Trip(plugin, message, self._client or outbound_client())
        if trip.is_back_within(self._patience):
            return noted(message.address, trip.answer(message.at), message.at)
        return Later(lambda: self._wait_for(message.address, trip))

    def close(self) -> None:
        """There is no connection that lasts."""

    @staticmethod
    def _wait_for(address: str, trip: _Trip) -> Answer:
        trip.is_back_within(trip.seconds)
        now = utc_now()
        return noted(address, trip.answer(now), now)


class _Trip:
    """One message in the library's hands."""

    def __init__(self, plugin: NotifyBase, message: Outgoing, client: HttpClient) -> None:
        from liaison.notifications.channels.apprise.guarded import Errand  # noqa: PLC0415  # see `_plugin`

        self.seconds = float(settings.HTTP_TIMEOUT_SECONDS)
        self._errand = Errand(client, self.seconds)
        self._said_yes = False
        words = json.loads(message.data)
        self._thread = threading.Thread(target=self._go, args=(plugin, words, client), name="apprise", daemon=True)
        self._thread.start()

    def is_back_within(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def answer(self, now: datetime) -> Answer:
        """Return what came of it so far: of one that is not back, what it may have done already."""
        return meaning_of_errand(self._errand, now, said_yes=self._said_yes, is_back=not self._thread.is_alive())

    def _go(self, plugin: NotifyBase, words: dict[str, str], client: HttpClient) -> None:
        from liaison.notifications.channels.apprise.guarded import on_errand  # noqa: PLC0415

        try:
            with on_errand(self._errand):
                self._said_yes = bool(plugin.notify(title=words["title"], body=words["text"], body_format="text"))
        except Exception:
            logger.exception("The apprise library broke over a message.")
        finally:
            client.close()


def said_in(letter: Letter) -> tuple[Spoken, dict[str, str]]:
    """Return what the letter says, and of it what the library is given: a title and a text with its links."""
    said = spoken(letter)
    return said, {"title": said.title, "text": cut_bytes(said.text, MOST_TEXT_BYTES), "language": said.language}


def meaning_of_errand(errand: Errand, now: datetime, *, said_yes: bool, is_back: bool = True) -> Answer:
    """Return what an errand means. Of several calls one may have arrived: then nobody knows of the whole. Pure."""
    last = errand.answers[-1] if errand.answers else None
    if said_yes and is_back:
        return Answer(Outcome.ACCEPTED, last.status if last else None, "taken")
    arrived = any(HTTPStatus.OK <= one.status < HTTPStatus.MULTIPLE_CHOICES for one in errand.answers)
    if not is_back or arrived:
        return meaning_of_error(CallError(Obstacle.ANSWER_LOST, is_sent=True))
    if errand.error is not None:
        return meaning_of_error(errand.error)
    if last is None:
        return Answer(Outcome.TEMPORARY, detail="the service was not called")
    return meaning_of(last, now)


def obstacle_to(address: str) -> Obstacle | None:
    """Return why messages to this address would not go out now, None when they would. Sends nothing anywhere.

    The library is asked to send, and only the first address that it would call is looked up and checked.
    """
    from liaison.notifications.channels.apprise.guarded import Errand, on_errand  # noqa: PLC0415

    plugin = _plugin_or_none(address)
    if plugin is None:
        return Obstacle.URL_UNUSABLE
    errand = Errand(outbound_client(seconds=CHECK_SECONDS), CHECK_SECONDS * 2, rehearses=True)
    try:
        with on_errand(errand):
            plugin.notify(title="-", body="-", body_format="text")
    except Exception as problem:  # noqa: BLE001  # what people type is theirs, and its plugins trust it
        logger.info("The apprise library broke over an address: %s", type(problem).__name__)
        return Obstacle.URL_UNUSABLE
    if errand.error is not None:
        return errand.error.obstacle
    return None if errand.checked else Obstacle.URL_UNUSABLE


def _plugin(endpoint: UsableEndpoint) -> NotifyBase:
    plugin = _plugin_or_none(endpoint.url)
    if plugin is None:
        raise UndeliverableError("the service cannot be used")
    return plugin


def _plugin_or_none(address: str) -> NotifyBase | None:
    # The library takes about 40 MB in a process: it is loaded where it is used.
    from liaison.notifications.channels.apprise.library import plugin_of  # noqa: PLC0415

    return plugin_of(address, tuple(settings.APPRISE_ALLOWED))
