"""The one search over all kinds: overlaps are settled, places are those of the text that was given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Final

from liaison.lib.personal.contact import phones, written_addresses
from liaison.lib.personal.credentials import cookies, credentials
from liaison.lib.personal.folding import Folded
from liaison.lib.personal.identifiers import card_numbers, ibans, national_ids
from liaison.lib.personal.kinds import RANK, Finding

MOST_FINDINGS: Final = 100
MARK: Final = "[…]"
# What is found is blanked and the rest read again: a place may have hidden the edge of another one.
_MOST_READINGS: Final = 4
_BLANK: Final = "…"

Searcher = Callable[[str, frozenset[str]], Iterator[Finding]]
_SEARCHERS: Final[tuple[Searcher, ...]] = (
    cookies,
    credentials,
    ibans,
    national_ids,
    card_numbers,
    phones,
    written_addresses,
)


def find(text: str, *, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return what `text` holds of personal data and secrets, in the order of the text, at most MOST_FINDINGS.

    `known` are e-mail addresses, and domains (`acme.com`, with everything below it), that may stand there: the
    operator's own, and those of the people who are on the case. Case, width and unseen characters do not count.
    """
    return _found(text, known, MOST_FINDINGS)


def without(text: str, *, known: Collection[str] = (), mark: str = MARK) -> str:
    """Return `text` with `mark` in place of everything found, also of what is more than `find` returns."""
    return _replaced(text, _found(text, known, len(text)), lambda _: mark)


def _found(text: str, known: Collection[str], most: int) -> tuple[Finding, ...]:
    folded = Folded(text)
    allowed = frozenset(name.casefold() for name in known)
    remaining, found = folded.text, list[Finding]()
    for _ in range(_MOST_READINGS):
        fresh = _settled([one for search in _SEARCHERS for one in islice(search(remaining, allowed), most)])
        found += fresh
        if not fresh or len(found) >= most:
            break
        remaining = _replaced(remaining, fresh, lambda one: _BLANK * (one.end - one.start))
    return tuple(_moved(one, folded) for one in sorted(found, key=lambda one: one.start)[:most])


def _replaced(text: str, found: Iterable[Finding], twin: Callable[[Finding], str]) -> str:
    pieces, after = list[str](), 0
    for one in found:
        pieces += text[after : one.start], twin(one)
        after = one.end
    return "".join(pieces) + text[after:]


def _settled(found: list[Finding]) -> list[Finding]:
    """Where places overlap, the most telling kind names them all: half of a number is never left standing."""
    settled = list[Finding]()
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        last = settled[-1] if settled else None
        if last is None or one.start >= last.end:
            settled.append(one)
            continue
        first = min(last, one, key=lambda each: RANK[each.kind])
        settled[-1] = Finding(first.kind, last.start, max(last.end, one.end), first.masked)
    return settled


def _moved(one: Finding, folded: Folded) -> Finding:
    start, end = folded.place(one.start, one.end)
    return Finding(one.kind, start, end, one.masked)
