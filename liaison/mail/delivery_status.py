"""What a bounce says, read from the forms in which servers say it. Pure: bytes in, facts out.

RFC 3464 where it is there; else flufl.bounce knows the forms of many servers, and the words are read as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import Message
from enum import StrEnum
from typing import Final

from flufl.bounce import all_failures

from liaison.mail.opening import header_of, in_one_line, parts_of, raw_headers_of, text_of_html, texts_of

LONGEST_WORDS: Final = 900
_LONGEST_TEXT: Final = 8 * 1024
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY: Final = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -](?:[45]\.\d|[A-Za-z<#\"']|[^\x00-\x7f]))")
_SERVERS: Final = re.compile(r"\s*(?:mailer-daemon|mail-daemon|postmaster|mdaemon)@", re.IGNORECASE)
_STILL_TRIES: Final = re.compile(
    r"will (?:be )?(?:retr|keep trying|continue)|still (?:being retried|trying)|warning only"
    r"|다시 시도|재시도|继续(?:尝试|投递)|重试"
    r"|in ritardo|ritenter|opóźni|ponownie|nadal próbowa",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")


class Action(StrEnum):
    """What the other server did."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"

    @property
    def rank(self) -> int:
        """Return 0 for the worst."""
        return tuple(Action).index(self)


@dataclass(frozen=True)
class Bounce:
    """What one server says of one recipient.

    `status` is its extended code, as 5.1.1, and `reply` the number of an SMTP answer; each may be missing. `words` are
    all it says about the reason, in one line. `recipients` are the addresses it names, those before forwarding first.
    """

    action: Action
    status: str = ""
    reply: int | None = None
    words: str = ""
    recipients: tuple[str, ...] = ()


def standard_bounces(mail: Message) -> tuple[Bounce, ...]:
    """Return what the parts of RFC 3464 say, one for each recipient; empty where there are none."""
    return tuple(_standard(mail))


def bounce_by_form(mail: Message) -> Bounce | None:
    """Let the library recognise the forms that servers had before the standard, and have beside it."""
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001  # its detectors raise of many kinds for what they do not expect
        return None
    if not (temporary or permanent):
        return None
    words = _explanation(mail)
    return Bounce(
        action=Action.FAILED if permanent else Action.DELAYED,
        status=_first(_STATUS, words),
        reply=_reply(words),
        words=in_one_line(words, LONGEST_WORDS),
        recipients=tuple(address.decode("ascii", "replace").lower() for address in sorted(permanent or temporary)),
    )


def bounce_in_words(mail: Message, address: str) -> Bounce | None:
    """Read a bounce that has no form at all: a mail server writes, names the address, and says why in any language.

    None unless it is all of that.
    """
    if not _SERVERS.match(header_of(mail, "From").rpartition("<")[2]):
        return None
    words = _explanation(mail)
    if address.lower() not in words.lower():
        return None
    said = Bounce(Action.FAILED, _first(_STATUS, words), _reply(words), in_one_line(words, LONGEST_WORDS), (address,))
    return replace(said, action=Action.DELAYED) if _STILL_TRIES.search(words) else said


def _standard(mail: Message) -> Iterator[Bounce]:
    """Of the blocks, the first is about the message; those with an action or a status are about a recipient."""
    for part in parts_of(mail):
        if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message) and (block.get("action") or block.get("status")):
                bounce = _of_block(block, mail)
                if bounce is not None:
                    yield bounce


def _of_block(block: Message, mail: Message) -> Bounce | None:
    diagnostic = header_of(block, "diagnostic-code")
    stated = _first(_STATUS, header_of(block, "status"))
    # Some give no more than 5.0.0 and say in their words which it is.
    status = stated if stated and not stated.endswith(".0.0") else _first(_STATUS, diagnostic) or stated
    action = _action(header_of(block, "action"), status)
    if action is None:
        return None
    words = diagnostic.partition(";")[2] if ";" in diagnostic[:20] else diagnostic
    explained = words if words.strip() else _explanation(mail)
    return Bounce(
        action=action,
        status=status,
        reply=_reply(diagnostic),
        words=in_one_line(explained, LONGEST_WORDS),
        recipients=tuple(
            _addresses(
                value
                for name in ("original-recipient", "x-actual-recipient", "final-recipient")
                for value in raw_headers_of(block, name)
            )
        ),
    )


def _action(said: str, status: str) -> Action | None:
    word = said.strip().lower()
    if word.startswith(("fail", "error")):
        return Action.FAILED
    if word.startswith("delay"):
        return Action.DELAYED
    if word.startswith(("deliver", "relay", "expand")):
        return Action.DELIVERED
    return {"5": Action.FAILED, "4": Action.DELAYED, "2": Action.DELIVERED}.get(status[:1])


def _explanation(mail: Message) -> str:
    """Return what a person would read: the first text, without what came back with it."""
    part = next(iter(texts_of(mail)), None)
    if part is None:
        return ""
    text = (text_of_html(part.text) if part.kind == "text/html" else part.text)[:_LONGEST_TEXT]
    for mark in (
        "\n--- Below this line",
        "\n------ This is a copy",
        "\n--- The header of the original",
        "\nReturn-Path:",
    ):
        text = text.partition(mark)[0]
    return text


def _addresses(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        named = value.partition(";")[2] or value
        for address in _ADDRESS.findall(named):
            yield address.strip("<>").lower()


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _reply(text: str) -> int | None:
    found = _first(_REPLY, text)
    return int(found) if found else None
