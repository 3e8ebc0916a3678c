"""What a mail server's refusal says about the mailbox: gone for good, or something else. Pure."""

from __future__ import annotations

import re
from typing import Final

_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
# RFC 3463: bad mailbox, bad system, bad syntax, ambiguous, moved away, null MX; mailbox disabled.
_GONE: Final = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"})
# Without an enhanced code these three are said of mailboxes; 552 is a full one, 554 a refusal of the message.
_PLAIN: Final = frozenset({550, 551, 553})


def enhanced_code(words: str) -> str:
    """Return the enhanced status code in a server's own words, `5.1.1`; empty without one."""
    found = _ENHANCED.search(words)
    return ".".join(found.groups()) if found else ""


def is_mailbox_gone(code: int | None, words: str) -> bool:
    """Say whether a refusal means that the address is useless: it is not for a full mailbox, a policy or our fault."""
    enhanced = enhanced_code(words)
    if enhanced:
        return enhanced in _GONE
    return code in _PLAIN
