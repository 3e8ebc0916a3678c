"""What a bounce means for the message and for the address. Pure.

Only what says that there is no such mailbox makes an address dead. A full mailbox, a rule of the other side, a server
that is away: the message came back, and the address may still be somebody's.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from liaison.contacts.mailcodes import NO_SUCH, OF_THE_SENDER, POLICY
from liaison.mail.delivery_status import Action, Bounce


class BounceMeaning(StrEnum):
    """What follows: `DEAD` alone says that mail to the address is in vain."""

    DEAD = "dead"
    FULL = "full"
    POLICY = "policy"
    FAILED = "failed"  # for a reason that says nothing of the address
    DELAYED = "delayed"
    DELIVERED = "delivered"


COUNTS_TOWARDS_DEAD: Final = frozenset({BounceMeaning.FULL, BounceMeaning.POLICY})
"""Of these, several within some days make an address dead."""

_FULL: Final = (
    r"over ?quota|quota exceeded|exceed(?:ed|s)?(?: \S+){0,4} quota|mailbox(?: \S+){0,2} full|mailbox size limit"
    r"|full mailbox|out of storage|insufficient (?:system )?storage|disk quota|quotaexceeded"
    r"|용량.{0,12}초과|가득|已满|空间不足|容量不足|超过.{0,8}(?:容量|配额)"
    r"|casella.{0,30}piena|quota superata|spazio.{0,20}esaurito|przepełnion|skrzynka.{0,30}pełna|limit pojemności"
)
_WORDS: Final = tuple(
    (meaning, re.compile(words, re.IGNORECASE))
    for meaning, words in (
        (BounceMeaning.DEAD, NO_SUCH),
        (BounceMeaning.FULL, _FULL),
        (BounceMeaning.POLICY, POLICY),
    )
)
# RFC 3463, and what the large providers made of it. 5.1.7 and 5.1.8 are about our address, not about theirs.
_BY_STATUS: Final = {
    "5.1.7": BounceMeaning.POLICY,
    "5.1.8": BounceMeaning.POLICY,
    "5.2.2": BounceMeaning.FULL,
    "4.2.2": BounceMeaning.FULL,
    "5.2.3": BounceMeaning.FAILED,
}
_BY_CLASS: Final = {"5.1.": BounceMeaning.DEAD, "5.7.": BounceMeaning.POLICY}
_NO_FAILURE: Final = {Action.DELAYED: BounceMeaning.DELAYED, Action.DELIVERED: BounceMeaning.DELIVERED}
# With these the words decide: servers use them for whatever has no better number.
_SAYS_LITTLE: Final = ("5.0.", "5.1.0", "5.2.0", "5.2.1", "5.3.", "5.4.", "5.5.", "5.6.")
_MAILBOX_UNAVAILABLE: Final = re.compile(r"mailbox unavailable", re.IGNORECASE)
_REFUSED_FOR_GOOD: Final = 550


def meaning_of(bounce: Bounce) -> BounceMeaning:
    """Return what a bounce means. A delay, a full mailbox and a rule of the other side are no dead address."""
    if bounce.action is not Action.FAILED:
        return _NO_FAILURE[bounce.action]
    known = _BY_STATUS.get(bounce.status)
    if known is not None:
        return known
    if bounce.status.startswith("4."):
        return _given_up(bounce)
    if not bounce.status or bounce.status.startswith(_SAYS_LITTLE):
        # Under 5.1.0 some refuse what they take for spam.
        return _by_words(bounce) or (BounceMeaning.DEAD if bounce.status == "5.1.0" else BounceMeaning.FAILED)
    return next(
        (meaning for start, meaning in _BY_CLASS.items() if bounce.status.startswith(start)), BounceMeaning.FAILED
    )


def _given_up(bounce: Bounce) -> BounceMeaning:
    """Return what it means that a server tried for days: the mailbox was full, or nobody could be spoken to."""
    return BounceMeaning.FULL if _WORDS[1][1].search(bounce.words) else BounceMeaning.FAILED


def _by_words(bounce: Bounce) -> BounceMeaning | None:
    if OF_THE_SENDER.search(bounce.words):
        return BounceMeaning.POLICY
    for meaning, words in _WORDS:
        if words.search(bounce.words):
            return meaning
    # The words that RFC 5321 itself gives for 550. Outlook.com says nothing else of a mailbox that is not there.
    if bounce.reply == _REFUSED_FOR_GOOD and _MAILBOX_UNAVAILABLE.search(bounce.words):
        return BounceMeaning.DEAD
    return None
