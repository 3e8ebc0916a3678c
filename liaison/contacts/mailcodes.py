"""What a mail server's refusal says about the mailbox: gone for good, or something else. Pure."""

from __future__ import annotations

import re
from typing import Final

_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
NO_SUCH: Final = (
    r"user unknown|unknown (?:user|recipient|address)|no such (?:user|recipient|mailbox|person|address|account)"
    r"|no mailbox here by that name|mailbox not found|user not found|recipient not found|recipientnotfound"
    r"|(?:user|account|address|mailbox|recipient|alias)(?: \S+)? (?:doesn't|does not|do not|did not) exist"
    r"|doesn't have an? \S+ account|not a known user|invalid (?:recipient|mailbox|user)|unrouteable address"
    r"|(?:account|mailbox|user)(?: that you tried to reach)? (?:(?:is|has been|was) )?(?:disabled|inactive|deactivated)"
    r"|recipient address rejected: access denied|not our customer|couldn't be found or is invalid|wasn't found at"
    r"|nullmx|null mx"
    r"|host or domain name not found|domain(?: \S+)? (?:not found|does not exist)|no such domain|nxdomain"
    r"|couldn't find any host named|host unknown|unknown host|name service error|non-existent hosts?"
    r"|존재하지 않는|없는 (?:사용자|수신자|계정)|찾을 수 없"
    r"|用户不存在|不存在|找不到|无此用户|没有找到"
    r"|inesistente|non esiste|sconosciut|non trovat|impossibile trovare"
    r"|nie istnieje|nieznany|nie znaleziono|nie można odnaleźć"
)
POLICY: Final = (
    r"spam|blocked|blacklist|block ?list|denylist|\bdmarc\b|\bspf\b|\bdkim\b|policy|reputation|not authorized"
    r"|access denied|content (?:rejected|denied)|frequency limited|unsolicited|message rejected|rbl"
    r"|스팸|차단|垃圾邮件|拒绝|rifiutat[oa] per|odrzucon[aoy]"
)
# Of us: the words below may then say that something of ours does not exist.
OF_THE_SENDER: Final = re.compile(
    r"\bsenders?(?:'s)?\b.{0,40}\b(?:address|domain|verif|host|denied|rejected)", re.IGNORECASE
)
# RFC 3463: bad mailbox, bad system, bad syntax, ambiguous, moved away, null MX.
_GONE: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10"})
# Under these many refuse also what they take for spam, a sender, or too much mail in too short a time.
_SAYS_LITTLE: Final = frozenset({"5.1.0", "5.2.1", "5.5.0"})
_PLAIN: Final = frozenset({550, 551, 553})
_NO_SUCH: Final = re.compile(
    rf"{NO_SUCH}|has moved|user not local|mailbox unavailable|(?:mailbox|user|recipient|account)(?: \S+)? not found"
    r"|(?:user|recipient|address|mailbox)(?: \S+)? (?:is )?unknown"
    r"|(?:invalid|not a valid) (?:address|mailbox|recipient)",
    re.IGNORECASE,
)
_OF_A_RULE: Final = re.compile(POLICY, re.IGNORECASE)


def enhanced_code(words: str) -> str:
    """Return the enhanced status code in a server's own words, `5.1.1`; empty without one."""
    found = _ENHANCED.search(words)
    return ".".join(found.groups()) if found else ""


def is_mailbox_gone(code: int | None, words: str) -> bool:
    """Say whether a refusal means that the address is useless: it is not for a full mailbox, a policy or our fault.

    Where the code says little, the words must say it: a relay that knows us no more, or a filter that dislikes one
    message, must not take away everybody whom an emergency reaches.
    """
    enhanced = enhanced_code(words)
    if enhanced in _GONE:
        return True
    if enhanced == "5.1.0" and not _of_us(words):
        return True
    if enhanced in _SAYS_LITTLE or (not enhanced and code in _PLAIN):
        return bool(_NO_SUCH.search(words)) and not OF_THE_SENDER.search(words)
    return False


def _of_us(words: str) -> bool:
    return bool(OF_THE_SENDER.search(words) or _OF_A_RULE.search(words))
