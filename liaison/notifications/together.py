"""What claimed bundles say, and what of each may still be said: every delivery is decided anew, a page at a time.

The reader of a bundle is that of its first delivery that may be read. What only others may read who share the mailbox,
and what breaks its handler, leaves it for a message of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from liaison.notifications.claims import OWED_COLUMNS, Claim, Owed, owed_of
from liaison.notifications.facts import Because, Withheld
from liaison.notifications.letters import Standing, decide
from liaison.notifications.models import Announcement, Delivery, DeliveryState
from liaison.notifications.parting import Parted
from liaison.notifications.statements import run

PAGE: Final = 500
MOST_AT_ONCE: Final = 5_000
MOST_LINES: Final = 20

_DELIVERIES: Final = Delivery._meta.db_table  # noqa: SLF001  # Django's documented way to the table's name
_ANNOUNCEMENTS: Final = Announcement._meta.db_table  # noqa: SLF001

_CARRIED: Final = f"""
SELECT message_id, id FROM {_DELIVERIES}
WHERE message_id = ANY(%(messages)s::bigint[]) AND state = '{DeliveryState.PENDING}'
ORDER BY message_id, id
"""  # noqa: S608  # table names and states are our own constants

_PAGE: Final = f"""
SELECT {OWED_COLUMNS}, said.at, owed.message_id
FROM {_DELIVERIES} AS owed JOIN {_ANNOUNCEMENTS} AS said ON said.id = owed.announcement_id
WHERE owed.id = ANY(%(deliveries)s::bigint[])
ORDER BY owed.message_id, owed.id
"""  # noqa: S608


@dataclass
class Line:
    """What a bundle says about one subject: the newest message about it stands for all of them."""

    standing: Standing
    first_at: datetime
    last_at: datetime
    count: int = 1


@dataclass(frozen=True)
class Bundle:
    """What of a bundle may be said now: `count` messages to one reader, the oldest subjects as `lines`.

    Without a count nobody may or need read any of it. `addressed` are the deliveries that were somebody else's first.
    """

    claim: Claim
    count: int
    lines: tuple[Line, ...]
    because: tuple[Because, ...]
    addressed: tuple[int, ...]
    parted: Parted

    @property
    def first(self) -> Standing:
        return self.lines[0].standing


Verdict = Standing | Bundle | Withheld | Exception


def standings_of(claims: Sequence[Claim]) -> dict[int, Verdict]:
    """Return by message who may read it now, else why nobody may, else what went wrong in finding out.

    Large bundles are left out after the first: deciding on them all would keep what is urgent waiting.
    """
    single = [claim for claim in claims if not claim.is_bundle]
    decided = decide([(claim, claim.owed) for claim in single]) if single else []
    found: dict[int, Verdict] = dict(zip((claim.message for claim in single), decided, strict=True))
    bundles = [claim for claim in claims if claim.is_bundle]
    return found | _decided_together(bundles) if bundles else found


def _decided_together(claims: Sequence[Claim]) -> dict[int, Verdict]:
    carried = _carried(claims)
    sortings = {message: _Sorting(claim) for message, claim in _at_once(claims, carried).items()}
    for page in _pages([delivery for message in sorted(sortings) for delivery in carried[message]]):
        asked = [(sortings[message].claim, owed) for owed, _at, message in page]
        for (owed, at, message), found in zip(page, decide(asked), strict=True):
            sortings[message].add(owed, at, found)
    return {message: sorting.verdict() for message, sorting in sortings.items()}


def _carried(claims: Sequence[Claim]) -> dict[int, list[int]]:
    """Return the deliveries of each message that are still owed, the oldest first."""
    carried: dict[int, list[int]] = {claim.message: [] for claim in claims}
    for message, delivery in run(_CARRIED, {"messages": list(carried)}):
        carried[message].append(delivery)
    return carried


def _at_once(claims: Sequence[Claim], carried: Mapping[int, Sequence[int]]) -> dict[int, Claim]:
    """Return, by message, the first claim and those after it that do not exceed what is decided at once."""
    taken: dict[int, Claim] = {}
    count = 0
    for claim in claims:
        count += len(carried[claim.message])
        if taken and count > MOST_AT_ONCE:
            break
        taken[claim.message] = claim
    return taken


def _pages(deliveries: Sequence[int]) -> Iterator[list[tuple[Owed, datetime, int]]]:
    for start in range(0, len(deliveries), PAGE):
        rows = run(_PAGE, {"deliveries": list(deliveries[start : start + PAGE])})
        yield [(owed_of(row), row[-2], row[-1]) for row in rows]


@dataclass
class _Sorting:
    """One bundle as its deliveries come by: only what is shown is kept, of everything else numbers and reasons."""

    claim: Claim
    reader: str = ""
    count: int = 0
    asked: int = 0
    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    because: dict[Because, None] = field(default_factory=dict)
    addressed: list[int] = field(default_factory=list)
    cancelled: dict[int, Withheld] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    stayed: list[int] = field(default_factory=list)
    alone: Standing | Withheld | Exception = Withheld.NO_LONGER_RELEVANT

    def add(self, owed: Owed, at: datetime, found: Standing | Withheld | Exception) -> None:
        self.asked += 1
        if self.asked == 1 or isinstance(found, Exception):
            self.alone = found
        if isinstance(found, Withheld):
            self.cancelled[owed.delivery] = found
        elif isinstance(found, Exception):
            self.broken.append(owed.delivery)
        elif self.reader not in {"", found.recipient.key}:
            self.others.setdefault(found.recipient.key, []).append(owed.delivery)
        else:
            self.reader = found.recipient.key
            self._take(owed, at, found)

    def verdict(self) -> Verdict:
        if self.asked == 1 or len(self.broken) == self.asked:
            return self.alone
        if self.claim.sent_bytes is not None:
            return self._again()
        parted = Parted(self.cancelled, self._groups())
        return self._bundle(parted) if self.count else _nothing(self.claim, parted)

    def _take(self, owed: Owed, at: datetime, found: Standing) -> None:
        self.count += 1
        self.stayed.append(owed.delivery)
        self.because |= dict.fromkeys(found.because)
        if owed.recipient_key != found.recipient.key:
            self.addressed.append(owed.delivery)
        subject = owed.subject.kind, owed.subject.id
        line = self.lines.get(subject)
        if line is not None:
            line.standing, line.last_at, line.count = found, at, line.count + 1
        elif len(self.lines) < MOST_LINES:
            self.lines[subject] = Line(found, at, at)

    def _groups(self) -> tuple[tuple[int, ...], ...]:
        broken = (tuple(self.broken),) if self.broken else ()
        return (*map(tuple, self.others.values()), *broken)

    def _again(self) -> Verdict:
        """Decide on bytes that may have arrived: they go out as they were, or not at all.

        What is merely over harms nobody. If its reader lost the right to any of it, what is left goes anew.
        """
        lost = {key: why for key, why in self.cancelled.items() if why is not Withheld.NO_LONGER_RELEVANT}
        if self.count and not lost and not self.others and not self.broken:
            return self._bundle(Parted({}))
        if not lost and not self.others and not self.broken:
            return _nothing(self.claim, Parted(self.cancelled))
        stayed = (tuple(self.stayed),) if self.stayed else ()
        return _nothing(self.claim, Parted(self.cancelled, (*stayed, *self._groups())))

    def _bundle(self, parted: Parted) -> Bundle:
        lines, because = tuple(self.lines.values()), tuple(self.because)
        return Bundle(self.claim, self.count, lines, because, tuple(self.addressed), parted)


def _nothing(claim: Claim, parted: Parted) -> Bundle:
    return Bundle(claim, 0, (), (), (), parted)
