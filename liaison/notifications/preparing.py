"""What of a batch can be sent: decided again, laid out, and ready to be written down as handed over."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from liaison.notifications import forms
from liaison.notifications.bundle_letters import bundle_letter
from liaison.notifications.channels.contract import Answer, ChannelAdapter, Outcome, Rendered, UndeliverableError
from liaison.notifications.channels.email.render import reader_language, reader_zone
from liaison.notifications.claims import Claim, HandOver
from liaison.notifications.facts import Withheld
from liaison.notifications.keeping import pack
from liaison.notifications.letters import Standing, address_the_reader, letter_for
from liaison.notifications.models import MOST_UNANSWERED
from liaison.notifications.outcomes import Ending, ending_of, given_back
from liaison.notifications.parting import Parted
from liaison.notifications.statements import DATABASE_IS_AWAY
from liaison.notifications.together import Bundle, Verdict
from liaison.notifications.transitions import MessageEvent
from liaison.notifications.wording import FailedBecause

logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """A message that is laid out. `rendered` is None for one that goes out again as it was.

    `parted` is what leaves a bundle when it is handed over.
    """

    claim: Claim
    data: bytes
    rendered: Rendered | None = None
    is_confidential: bool = False
    parted: Parted | None = None

    def hand_over(self, now: datetime) -> HandOver:
        """Return what is written down before the message is sent, with the bytes as they are kept."""
        rendered = self.rendered
        if rendered is None:
            return HandOver(self.claim)
        form = rendered.form
        return HandOver(
            self.claim,
            kept=rendered.data if form is None else pack(rendered.data, form),
            form=None if form is None else forms.form_id_of(form, now),
            sha256=hashlib.sha256(rendered.data).hexdigest(),
            subject_line="" if self.is_confidential else rendered.subject_line,
            is_confidential=self.is_confidential,
        )


@dataclass
class Prepared:
    """A batch, sorted: what can be sent, how the others end, and which other sides cannot be reached, and why."""

    ready: list[Ready] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    away: dict[str, Answer] = field(default_factory=dict)


def prepare(
    claims: Sequence[Claim],
    standings: Mapping[int, Verdict],
    adapter: ChannelAdapter,
    clock: Callable[[], datetime],
) -> Prepared:
    """Sort a batch. A message that breaks its handler or its template costs the others nothing."""
    prepared = Prepared()
    with _ReadersWords() as words:
        sorting = _Sorting(adapter, words, prepared.away)
        for claim in claims:
            try:
                found = sorting.sorted(claim, standings[claim.message], clock())
            except DATABASE_IS_AWAY:
                raise
            except Exception as error:  # noqa: BLE001  # whatever it is, it is this message's own trouble
                found = _broken(claim, error, clock())
            if isinstance(found, Ready):
                prepared.ready.append(found)
            else:
                prepared.endings.append(found)
    return prepared


class _ReadersWords:
    """The language and zone in which words are made: changed only where the next reader has others than the last."""

    def __init__(self) -> None:
        self._active: tuple[str, str] | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def speak(self, language: str, zone: str) -> None:
        if (language, zone) == self._active:
            return
        self._stack.close()
        self._active = None
        self._stack.enter_context(reader_language(language))
        self._stack.enter_context(reader_zone(zone))
        self._active = (language, zone)


@dataclass(frozen=True)
class _Sorting:
    """What the messages of a batch have in common. `away` grows with the other sides that cannot be reached."""

    adapter: ChannelAdapter
    words: _ReadersWords
    away: dict[str, Answer]

    def sorted(self, claim: Claim, standing: Verdict, now: datetime) -> Ready | Ending:
        if claim.unanswered >= MOST_UNANSWERED:
            return Ending(claim, MessageEvent.GIVEN_UP, reason=FailedBecause.OUTCOME_UNKNOWN)
        if isinstance(standing, Exception):
            return _broken(claim, standing, now)
        if isinstance(standing, Withheld) or (isinstance(standing, Bundle) and not standing.count):
            return _called_off(claim, standing)
        if self.adapter.place_of(claim.address) in self.away:
            return given_back(claim, now, was_handed_over=False)
        no = self.adapter.ready(claim.address)
        if no is None:
            return self._laid_out(claim, standing, now)
        return self._not_now(claim, no, now)

    def _not_now(self, claim: Claim, no: Answer, now: datetime) -> Ending:
        if no.is_unavailable:
            self.away[self.adapter.place_of(claim.address)] = no
        if no.outcome is Outcome.WAITING:
            return given_back(claim, now, was_handed_over=False, wait=no.wait)
        return ending_of(no, claim, now=now, was_handed_over=False)

    def _laid_out(self, claim: Claim, standing: Standing | Bundle, now: datetime) -> Ready:
        """Return the bytes: those of the first time, where there was one."""
        if claim.sent_bytes is not None:
            return Ready(claim, forms.bytes_of(claim.sent_bytes, claim.form))
        if isinstance(standing, Bundle):
            return self._laid_out_together(standing, now)
        recipient, owed = standing.recipient, standing.owed
        address_the_reader(recipient, [owed.delivery] if owed.recipient_key != recipient.key else [])
        self.words.speak(recipient.language, recipient.time_zone)
        letter = letter_for(standing, now=now)
        rendered = self.adapter.render(letter)
        return Ready(claim, rendered.data, rendered, letter.content.is_confidential)

    def _laid_out_together(self, bundle: Bundle, now: datetime) -> Ready:
        """Return the bytes of a bundle; of one message that is left alone, those of an ordinary one."""
        recipient = bundle.first.recipient
        address_the_reader(recipient, bundle.addressed)
        self.words.speak(recipient.language, recipient.time_zone)
        letter = letter_for(bundle.first, now=now) if bundle.count == 1 else bundle_letter(bundle, now=now)
        rendered = self.adapter.render(letter)
        return Ready(bundle.claim, rendered.data, rendered, letter.content.is_confidential, bundle.parted)


def _called_off(claim: Claim, standing: Withheld | Bundle) -> Ending:
    if isinstance(standing, Withheld):
        return Ending(claim, MessageEvent.CALLED_OFF, reason=standing)
    why = next(iter(standing.parted.cancelled.values()), Withheld.NO_LONGER_RELEVANT)
    return Ending(claim, MessageEvent.CALLED_OFF, reason=why, parted=standing.parted)


def _broken(claim: Claim, error: Exception, now: datetime) -> Ending:
    if isinstance(error, UndeliverableError):
        never = Answer(Outcome.REFUSED, detail=str(error))
        return Ending(claim, MessageEvent.GIVEN_UP, never, FailedBecause.CANNOT_BE_MADE, started_at=now)
    logger.error("Message %s could not be made.", claim.message_id, exc_info=error)
    return ending_of(Answer(Outcome.TEMPORARY, detail=type(error).__name__), claim, now=now, was_handed_over=False)
