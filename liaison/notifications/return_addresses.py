"""The addresses of ours at which the outside answers a message. Each names one thing and proves that we made it.

A bounce comes to `b+<token>@…`, the envelope sender, and the token names the message. An answer that takes an
escalation comes to `a+<token>@…`, and the token names the delivery. Without `MAIL_DOMAIN` there are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.conf import settings

from liaison.lib.ids import PUBLIC_ID_LENGTH
from liaison.lib.tokens import named_by, token_naming


class ReturnKind(StrEnum):
    """What comes to an address of ours."""

    BOUNCE = "bounce"
    ANSWER = "answer"


@dataclass(frozen=True)
class ReturnAddress:
    """An address of ours that somebody wrote to. `names` is a public id, empty where the token is not ours.

    For a bounce it names a message, for an answer a delivery.
    """

    kind: ReturnKind
    names: str


_LETTER: Final = {ReturnKind.BOUNCE: "b", ReturnKind.ANSWER: "a"}
_KIND: Final = {letter: kind for kind, letter in _LETTER.items()}
_PURPOSE: Final = {ReturnKind.BOUNCE: "bounces to a message", ReturnKind.ANSWER: "answers to a delivery"}


def bounce_address(message_id: str) -> str:
    """Return the envelope sender of the message with this Message-ID: where its bounces come to.

    Empty without `MAIL_DOMAIN`, and for a Message-ID that no message of ours has.
    """
    if not settings.MAIL_DOMAIN:
        return ""
    public_id = message_id.removeprefix("<").partition("@")[0]
    return _address(ReturnKind.BOUNCE, public_id) if len(public_id) == PUBLIC_ID_LENGTH else ""


def answer_address(delivery: str) -> str:
    """Return where an answer takes the escalation that this delivery (its public id) tells of.

    Empty where no answer could count: without `MAIL_DOMAIN`, without `MAIL_AUTHSERV_ID`, which says whom we believe
    that a sender is genuine, and for a delivery that is only imagined.
    """
    if not (settings.MAIL_DOMAIN and settings.MAIL_AUTHSERV_ID and delivery):
        return ""
    return _address(ReturnKind.ANSWER, delivery)


def return_address(address: str) -> ReturnAddress | None:
    """Read an address that somebody wrote to; None for one that cannot be ours, whatever its token."""
    local, _at, domain = address.strip().rpartition("@")
    letter, plus, token = local.partition("+")
    kind = _KIND.get(letter.lower())
    if kind is None or not plus or not settings.MAIL_DOMAIN or domain.lower() != settings.MAIL_DOMAIN:
        return None
    keys = (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))
    return ReturnAddress(kind, named_by(token, keys=keys, purpose=_PURPOSE[kind]) or "")


def _address(kind: ReturnKind, public_id: str) -> str:
    token = token_naming(public_id, key=settings.SECRET_KEY, purpose=_PURPOSE[kind])
    return f"{_LETTER[kind]}+{token}@{settings.MAIL_DOMAIN}"
