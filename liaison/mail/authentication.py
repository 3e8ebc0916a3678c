"""Whose mail it is: the one address it says it is from, and whether our own mail server vouches for that. Pure.

Only the topmost Authentication-Results header under the name of our own mail server counts (RFC 8601). Anybody can
write further ones below it, and under other names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final

from liaison.lib.addresses import AddressError, clean_address
from liaison.mail.opening import raw_headers_of

_BARE: Final = re.compile(r"\s*([^\s<>()\[\]\",;:\\]+@[^\s<>()\",;:\\]+)\s*")
_NAMED: Final = re.compile(r"(?P<name>[^<>]*)<\s*(?P<address>[^\s<>\"(),;:\\]+@[^\s<>\"(),;:\\]+)\s*>\s*")
_IN_QUOTES: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
# A value goes on after its quotes: `"x@partner.test"@elsewhere.test` is of elsewhere.
_PROPERTY: Final = re.compile(r"(?<!\S)([a-z]+)\.([a-z0-9-]+)\s*=\s*((?:\"(?:[^\"\\]|\\.)*\"|[^\s\"])+)", re.IGNORECASE)
_REASON: Final = re.compile(r"(?<!\S)reason\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s\"])+", re.IGNORECASE)
_METHOD: Final = re.compile(r"\s*([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)(?=[\s;]|$)(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST: Final = 4096


@dataclass(frozen=True)
class Result:
    """One method with its result, and what it was about: `{"header.from": "partner.test"}`, lower case."""

    method: str
    result: str
    about: dict[str, str]


def only_sender(mail: Message) -> str:
    """Return the one address that the mail says it is from, cleaned; empty where it is not exactly one."""
    values = raw_headers_of(mail, "From")
    if len(values) != 1:
        return ""
    bare = _BARE.fullmatch(values[0])
    if bare:
        return _clean(bare[1])
    named = _NAMED.fullmatch(values[0])
    # A comma outside quotes begins another mailbox: some programs show the first, others the last.
    if named is None or not {",", ";"}.isdisjoint(_IN_QUOTES.sub("", named["name"])):
        return ""
    return _clean(named["address"])


def is_authenticated(mail: Message, sender: str, *, authserv_id: str) -> bool:
    """Say whether our own mail server, known as `authserv_id`, found that the mail is from the domain of `sender`.

    Where it says anything of DMARC, that alone counts. Else a signature or SPF must pass for the very domain, one
    above it or one below it. Nothing is authenticated for an empty `authserv_id`.
    """
    domain = sender.rpartition("@")[2].lower()
    if not authserv_id or not domain:
        return False
    results = _topmost(mail, authserv_id)
    of_dmarc = [one for one in results if one.method == "dmarc"]
    if any(one.result != "none" for one in of_dmarc):
        return all(one.result == "pass" and one.about.get("header.from") == domain for one in of_dmarc)
    return any(one.result == "pass" and _is_aligned(one, domain) for one in results)


def results_in(header: str, authserv_id: str) -> tuple[Result, ...] | None:
    """Read one header; None where another server wrote it."""
    pieces = list(_pieces(_without_comments(header[:_LONGEST])))
    name = pieces[0].split()[:1] if pieces else []
    if not name or name[0].strip('"').lower() != authserv_id.lower():
        return None
    return tuple(_results(pieces[1:]))


def _topmost(mail: Message, authserv_id: str) -> tuple[Result, ...]:
    for header in raw_headers_of(mail, "Authentication-Results"):
        found = results_in(header, authserv_id)
        if found is not None:
            return found
    return ()


def _results(pieces: list[str]) -> Iterator[Result]:
    for piece in pieces:
        found = _METHOD.fullmatch(piece)
        if found:
            yield Result(found[1].lower(), found[2].lower(), _about(_REASON.sub(" ", found[3])))


def _about(text: str) -> dict[str, str]:
    """Return the properties of one result; none at all where one of them is said twice and differently."""
    pairs = {(f"{kind}.{name}".lower(), _bare(value)) for kind, name, value in _PROPERTY.findall(text)}
    about = dict(pairs)
    return about if len(about) == len(pairs) else {}


def _is_aligned(result: Result, domain: str) -> bool:
    if result.method == "dkim":
        named = result.about.get("header.d") or result.about.get("header.i", "").rpartition("@")[2]
    elif result.method == "spf":
        named = result.about.get("smtp.mailfrom", "").rpartition("@")[2]
    else:
        return False
    # Two domains of which neither is part of the other may belong to two customers of one registry.
    return bool(named) and (named == domain or domain.endswith(f".{named}") or named.endswith(f".{domain}"))


def _bare(value: str) -> str:
    return value.strip('"').rstrip(".").lower()


def _clean(address: str) -> str:
    try:
        return clean_address(address)
    except AddressError:
        return ""


def _without_comments(text: str) -> str:
    """Return the text without what stands in parentheses; those within quotes stay, for they are no comments.

    Nor is what begins in the middle of a value: a sender's address may hold such a mark, and hide what follows.
    """
    kept: list[str] = []
    depth, in_quotes, escaped = 0, False, False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and (in_quotes or depth):
            escaped = True
        elif character == '"' and not depth:
            in_quotes = not in_quotes
        elif character == "(" and not in_quotes and (depth or not kept or kept[-1] in " \t;"):
            depth += 1
            continue
        elif character == ")" and not in_quotes and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)


def _pieces(text: str) -> Iterator[str]:
    """Split at the semicolons that stand outside quotes."""
    piece: list[str] = []
    in_quotes = escaped = False
    for character in text:
        if character == ";" and not in_quotes:
            yield "".join(piece)
            piece = []
            continue
        if character == '"' and not escaped:
            in_quotes = not in_quotes
        escaped = character == "\\" and in_quotes and not escaped
        piece.append(character)
    yield "".join(piece)
