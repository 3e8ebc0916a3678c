"""What all channels that post to somebody's address share: the endpoint as it is now, one guarded call, and a note.

A service says how a message looks and what an answer means (`Service`); everything else is the same for all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from django.db import Error

from liaison.lib.clock import utc_now
from liaison.lib.http import CallError, HttpClient, Pending, Request, Response
from liaison.lib.sealing import BrokenSealError
from liaison.notifications.channels.answers import after_failing_for, meaning_of_error
from liaison.notifications.channels.contract import (
    Answer,
    Later,
    Letter,
    Outcome,
    Outgoing,
    Rendered,
    UndeliverableError,
)
from liaison.notifications.endpoints import (
    NOTE_AT_MOST_EVERY,
    UsableEndpoint,
    note_accepted,
    note_failure,
    note_gone,
    usable_endpoint,
)

# A receiver should say yes at once and work afterwards. One that does not is waited for aside.
PATIENCE_SECONDS: Final = 2.0
_MOST_KNOWN: Final = 100
_GATEWAY: Final = "gateway"  # what is one place for all who are reached through it

logger = logging.getLogger(__name__)


class Service(Protocol):
    """What one service wants to be told, and how. It keeps nothing between messages."""

    def render(self, letter: Letter) -> Rendered:
        """Return what is said, in the language that is active. Raises UndeliverableError."""

    def address_of(self, endpoint: UsableEndpoint) -> str:
        """Return the address that is called for this endpoint."""

    def request(self, message: Outgoing, endpoint: UsableEndpoint) -> Request:
        """Return the call that brings the message there. Raises UndeliverableError."""

    def meaning(self, response: Response, now: datetime) -> Answer:
        """Return what the answer means. Its body never leaves here."""


class Poster:
    """A channel that posts. Not for use by several threads at once; what `Later` waits for may be another thread's.

    `is_ours`: the address that is called is the operator's, so an endpoint is never ended for what that answers.
    """

    def __init__(
        self, service: Service, client: HttpClient, *, patience: float = PATIENCE_SECONDS, is_ours: bool = False
    ) -> None:
        self._service = service
        self._client = client
        self._patience = patience
        self._is_ours = is_ours
        self._known: dict[str, UsableEndpoint] = {}
        self._noted: dict[str, datetime] = {}

    def ready(self, address: str) -> Answer | None:
        """Read the endpoint as it is now and connect to it.

        Raises UndeliverableError for one that was disabled or removed, and Django's database errors.
        """
        self._known.pop(address, None)
        now = utc_now()
        endpoint = usable(address, now)
        waiting = still_waiting(endpoint, now)
        if waiting is not None:
            return waiting
        try:
            self._client.connect(self._service.address_of(endpoint))
        except CallError as error:
            return self._failed(address, error, now)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[address] = endpoint
        return None

    def place_of(self, address: str) -> str:
        return _GATEWAY if self._is_ours else address

    def render(self, letter: Letter) -> Rendered:
        return self._service.render(letter)

    def send(self, message: Outgoing) -> Answer | Later:
        try:
            endpoint = self._known.pop(message.address, None) or usable(message.address, message.at)
            pending = self._client.begin(self._service.request(message, endpoint))
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
        return self._noted_answer(message.address, self._service.meaning(response, message.at), message.at)

    def close(self) -> None:
        self._client.close()

    def _wait_for(self, address: str, pending: Pending) -> Answer:
        try:
            response = pending.answer()
        except CallError as error:
            return self._failed(address, error, utc_now())
        finally:
            pending.close()
        return self._noted_answer(address, self._service.meaning(response, utc_now()), utc_now())

    def _failed(self, address: str, error: CallError, now: datetime) -> Answer:
        return self._noted_answer(address, meaning_of_error(error), now)

    def _noted_answer(self, address: str, answer: Answer, now: datetime) -> Answer:
        """Note how the endpoint fares, where it must be: a yes once a minute is enough."""
        if answer.outcome is not Outcome.ACCEPTED:
            self._noted.pop(address, None)
        elif address in self._noted and now - self._noted[address] < NOTE_AT_MOST_EVERY:
            return answer
        else:
            self._noted[address] = now
        return noted(address, answer, now, is_ours=self._is_ours)


def usable(address: str, now: datetime) -> UsableEndpoint:
    """Return the endpoint as it is now. Raises UndeliverableError."""
    try:
        endpoint = usable_endpoint(address, now)
    except BrokenSealError as error:
        logger.exception("The secret of endpoint %s cannot be opened: was LIAISON_SECRET_KEY changed?", address)
        raise UndeliverableError("the secret of the endpoint cannot be opened") from error
    if endpoint is None:
        raise UndeliverableError("the endpoint was disabled or removed")
    return endpoint


def still_waiting(endpoint: UsableEndpoint, now: datetime) -> Answer | None:
    """Return how much longer the other side asked us to wait, None when it did not."""
    if endpoint.not_before is None or endpoint.not_before <= now:
        return None
    return Answer(Outcome.WAITING, detail="asked to wait", is_unavailable=True, wait=endpoint.not_before - now)


def noted(address: str, answer: Answer, now: datetime, *, is_ours: bool = False) -> Answer:
    """Note how the endpoint fares, and return the answer with its wait. Should noting fail, the answer counts."""
    if answer.outcome is Outcome.ACCEPTED:
        _try(lambda: note_accepted(address, now))
        return answer
    if answer.outcome is Outcome.REFUSED and not is_ours:
        _try(lambda: note_gone(address, now))
        return answer
    failing_for = timedelta()

    def note() -> None:
        nonlocal failing_for
        failing_for = note_failure(address, now, wait=None if is_ours else answer.wait, is_ours=is_ours)

    _try(note)
    return answer if answer.outcome is Outcome.REFUSED else after_failing_for(answer, failing_for)


def _try(note: Callable[[], None]) -> None:
    try:
        note()
    except Error:
        logger.warning("How an endpoint fares could not be noted.", exc_info=True)
