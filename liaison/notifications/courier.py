"""One batch of messages: claimed, decided again, rendered, sent, recorded.

No transaction waits for the network.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import InterfaceError, OperationalError, connections

from liaison.notifications import channels
from liaison.notifications.channels.contract import (
    Answer,
    ChannelAdapter,
    Outcome,
    Rendered,
    UndeliverableError,
)
from liaison.notifications.claims import Claim, LeaseKeeper, claim_due, give_back, hand_over, release_expired
from liaison.notifications.facts import Withheld
from liaison.notifications.letters import (
    Standing,
    address_the_reader,
    letter_for,
    reader_language,
    reader_zone,
    standing_of,
)
from liaison.notifications.models import MOST_UNANSWERED
from liaison.notifications.outcomes import Ending, end, finish
from liaison.notifications.transitions import MessageEvent
from liaison.notifications.wording import FailedBecause

WAIT_WHILE_A_SERVER_IS_AWAY: Final = timedelta(seconds=5)
KEEP_TRYING_TO_RECORD_SECONDS: Final = 150.0

DATABASE_IS_AWAY: Final = (OperationalError, InterfaceError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """What came of a batch: how many messages were taken, and whether their server can be reached at all."""

    taken: int
    is_unavailable: bool = False


class Courier:
    """Sends what is due, over connections that it keeps. One courier works in one thread."""

    def __init__(self, clock: Callable[[], datetime], stop: threading.Event | None = None) -> None:
        self._clock = clock
        self._stop = stop or threading.Event()
        self._adapters: dict[str, ChannelAdapter] = {}

    def deliver_batch(self) -> Batch:
        """Send at most one batch of what is due now. Raises Django's database errors; leases then run out."""
        release_expired(self._clock())
        claims = claim_due(self._clock())
        if not claims:
            return Batch(0)
        with LeaseKeeper(claims):
            for position, claim in enumerate(claims):
                if self._stop.is_set():
                    give_back(claims[position:], due_at=self._clock())
                    break
                answer = self._deliver(claim)
                if answer is not None and answer.is_unavailable:
                    give_back(claims[position + 1 :], due_at=self._clock() + WAIT_WHILE_A_SERVER_IS_AWAY)
                    return Batch(len(claims), is_unavailable=True)
        return Batch(len(claims))

    def close(self) -> None:
        while self._adapters:
            self._adapters.popitem()[1].close()

    def _deliver(self, claim: Claim) -> Answer | None:
        """Send one message and record how it went. A message that breaks us costs the others nothing."""
        try:
            return self._try(claim)
        except DATABASE_IS_AWAY:
            self.close()
            raise
        except UndeliverableError as error:
            answer = Answer(Outcome.REFUSED, detail=str(error))
            ending = Ending(MessageEvent.GIVEN_UP, reason=FailedBecause.CANNOT_BE_MADE)
            end(claim, ending, answer, now=self._clock())
        except Exception as error:
            logger.exception("Message %s could not be made or sent.", claim.message_id)
            self.close()
            finish(claim, Answer(Outcome.TEMPORARY, detail=type(error).__name__), now=self._clock())
        return None

    def _try(self, claim: Claim) -> Answer | None:
        if claim.unanswered >= MOST_UNANSWERED:
            ending = Ending(MessageEvent.GIVEN_UP, reason=FailedBecause.OUTCOME_UNKNOWN)
            end(claim, ending, None, now=self._clock())
            return None
        standing = standing_of(claim.message)
        if isinstance(standing, Withheld):
            end(claim, Ending(MessageEvent.CALLED_OFF, reason=standing), None, now=self._clock())
            return None
        adapter = self._adapter(claim.channel)
        rendered, is_confidential = self._render(claim, standing, adapter)
        answer = adapter.send(
            claim.address,
            rendered.data,
            lambda: hand_over(claim, rendered, is_confidential=is_confidential),
        )
        if answer.outcome is not Outcome.STOPPED:
            self._record(claim, answer)
        return answer

    def _render(self, claim: Claim, standing: Standing, adapter: ChannelAdapter) -> tuple[Rendered, bool]:
        """Return the bytes: those of the first time, where there was one."""
        if claim.sent_bytes is not None:
            return Rendered("", claim.sent_bytes), False
        address_the_reader(standing)
        recipient = standing.recipient
        with reader_language(recipient.language), reader_zone(recipient.time_zone):
            letter = letter_for(standing, message_id=claim.message_id, now=self._clock())
            return adapter.render(letter), letter.content.is_confidential

    def _record(self, claim: Claim, answer: Answer) -> None:
        """Record an answer, also when the database is away for a while: forgetting it means a second mail."""
        end_of_patience = monotonic() + KEEP_TRYING_TO_RECORD_SECONDS
        while True:
            try:
                finish(claim, answer, now=self._clock())
            except DATABASE_IS_AWAY:
                if monotonic() > end_of_patience:
                    raise
                connections.close_all()
                self._stop.wait(1.0)
            else:
                return

    def _adapter(self, channel: str) -> ChannelAdapter:
        if channel not in self._adapters:
            self._adapters[channel] = channels.named(channel)
        return self._adapters[channel]
