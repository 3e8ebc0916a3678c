"""The signed webhook: bytes that stay the same, signed anew at each try."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import Error

from liaison.lib.clock import utc_now
from liaison.lib.http import CallError, HttpClient, Pending, Request
from liaison.lib.sealing import BrokenSealError
from liaison.notifications.channels.contract import (
    Answer,
    Later,
    Letter,
    Outcome,
    Outgoing,
    Rendered,
    UndeliverableError,
)
from liaison.notifications.channels.webhook.answers import after_failing_for, meaning_of, meaning_of_error
from liaison.notifications.channels.webhook.render import render_event
from liaison.notifications.channels.webhook.signing import signed_headers
from liaison.notifications.endpoints import (
    NOTE_AT_MOST_EVERY,
    UsableEndpoint,
    note_accepted,
    note_failure,
    note_gone,
    usable_endpoint,
)
from liaison.notifications.outbound import outbound_client

# A receiver should say yes at once and work afterwards. One that does not is waited for aside.
PATIENCE_SECONDS: Final = 2.0
_MOST_KNOWN: Final = 100

logger = logging.getLogger(__name__)


class SignedWebhooks:
    """The webhook channel. Not for use by several threads at once; what `Later` waits for may be another thread's."""

    def __init__(self, *, client: HttpClient | None = None, patience: float = PATIENCE_SECONDS) -> None:
        self._client = client or outbound_client()
        self._patience = patience
        self._known: dict[str, UsableEndpoint] = {}
        self._noted: dict[str, datetime] = {}

    def ready(self, address: str) -> Answer | None:
        """Read the endpoint as it is now and connect to it.

        Raises UndeliverableError for one that was disabled or removed, and Django's database errors.
        """
        self._known.pop(address, None)
        now = utc_now()
        endpoint = _usable(address, now)
        try:
            self._client.connect(endpoint.url)
        except CallError as error:
            return self._failed(address, error, now)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[address] = endpoint
        return None

    def place_of(self, address: str) -> str:
        return address

    def render(self, letter: Letter) -> Rendered:
        return render_event(letter)

    def send(self, message: Outgoing) -> Answer | Later:
        try:
            endpoint = self._known.pop(message.address, None) or _usable(message.address, message.at)
            pending = self._client.begin(_request(message, endpoint))
        except UndeliverableError as error:
            return Answer(Outcome.REFUSED, detail=str(error))
        except CallError as error:
            return self._failed(message.address, error, message.at)
        try:
            response = pending.answer_within(self._patience)
            if response is None:
                return Later(lambda: self._wait_for(message.address, pending))
            self._client.keep(pending)
        except CallError as error:
            pending.close()
            return self._failed(message.address, error, message.at)
        pending.close()
        return self._noted_answer(message.address, meaning_of(response, message.at), message.at)

    def close(self) -> None:
        self._client.close()

    def _wait_for(self, address: str, pending: Pending) -> Answer:
        try:
            response = pending.answer()
        except CallError as error:
            return self._failed(address, error, utc_now())
        finally:
            pending.close()
        return self._noted_answer(address, meaning_of(response, utc_now()), utc_now())

    def _failed(self, address: str, error: CallError, now: datetime) -> Answer:
        return self._noted_answer(address, meaning_of_error(error), now)

    def _noted_answer(self, address: str, answer: Answer, now: datetime) -> Answer:
        """Note how the endpoint fares. Should that fail, the answer counts all the same."""
        if answer.outcome is Outcome.ACCEPTED:
            if address in self._noted and now - self._noted[address] < NOTE_AT_MOST_EVERY:
                return answer
            if _done(lambda: note_accepted(address, now)):
                self._noted[address] = now
            return answer
        self._noted.pop(address, None)
        if answer.outcome is Outcome.REFUSED:
            _done(lambda: note_gone(address, now))
            return answer
        failing_for = timedelta()

        def note() -> None:
            nonlocal failing_for
            failing_for = note_failure(address, now)

        _done(note)
        return after_failing_for(answer, failing_for)


def _usable(address: str, now: datetime) -> UsableEndpoint:
    """Return the endpoint as it is now. Raises UndeliverableError."""
    try:
        endpoint = usable_endpoint(address, now)
    except BrokenSealError as error:
        logger.exception("The secret of endpoint %s cannot be opened: was LIAISON_SECRET_KEY changed?", address)
        raise UndeliverableError("the secret of the endpoint cannot be opened") from error
    if endpoint is None:
        raise UndeliverableError("the endpoint was disabled or removed")
    return endpoint


def _request(message: Outgoing, endpoint: UsableEndpoint) -> Request:
    headers = (
        ("Content-Type", "application/json"),
        *signed_headers(message.message_id, message.at, message.data, endpoint.secrets),
    )
    return Request("POST", endpoint.url, headers, message.data)


def _done(note: Callable[[], None]) -> bool:
    try:
        note()
    except Error:
        logger.warning("How an endpoint fares could not be noted.", exc_info=True)
        return False
    return True
