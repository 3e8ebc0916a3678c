"""Reading a batch: JSON lines in, typed lines out, or what is wrong with each. Pure.

What PostgreSQL cannot keep (NUL, half of a surrogate pair) becomes U+FFFD. Everything else that is broken is said by
its line's number, and the whole batch is not taken: a sender that counts wrong should hear of it at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from liaison.lib.refusals import FieldProblem, Invalid, Refusal
from liaison.signals.vocabulary import BatchCode, LineCode

MOST_PROBLEMS: Final = 20
LONGEST_REFERENCE: Final = 200
LONGEST_DETAIL: Final = 1000
_LONGEST: Final[dict[str, int]] = {"action": 64, "merchant": 100, "code": 64, "integration": 40}
_OFFERED: Final = {"outcome": "ok, error, unanswered, declined", "environment": "sandbox, production"}

_ESCAPE: Final = re.compile(rb"\\(?:u0000|u[dD][89abAB]..\\u[dD][c-fC-F]..|u[dD][89a-fA-F]..|.)", re.DOTALL)
_LONE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F]..)\Z", re.DOTALL)
_PLACE: Final = re.compile(r" - at `\$(?:\[\d+\])?\.?(\w*)`")
_NAMED: Final = re.compile(r"field `([^`]*)`")

# What msgspec's sentence about a value has in it.
_KINDS: Final = (
    ("Object missing", LineCode.NEEDED),
    ("Object contains unknown", LineCode.UNKNOWN_NAME),
    ("of length >=", LineCode.EMPTY),
    ("of length <=", LineCode.TOO_LONG),
    ("Invalid enum", LineCode.NOT_OFFERED),
    (" <= ", LineCode.OUT_OF_RANGE),
    (" >= ", LineCode.OUT_OF_RANGE),
    ("out of range", LineCode.OUT_OF_RANGE),
)

_Milliseconds = Annotated[float, Meta(ge=0, le=3_600_000)]


class Line(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """Calls of one action that ended alike at about the same time. `at` is a moment, or seconds since 1970."""

    action: Annotated[str, Meta(min_length=1, max_length=64)]
    at: Annotated[datetime, Meta(tz=True)] | int | float
    outcome: Literal["ok", "error", "unanswered", "declined"]
    integration: Annotated[str, Meta(max_length=40)] = ""
    environment: Literal["sandbox", "production", ""] = ""
    merchant: Annotated[str, Meta(max_length=100)] = ""
    code: Annotated[str, Meta(max_length=64)] = ""
    count: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    latency_ms: _Milliseconds | None = None
    latency_max_ms: _Milliseconds | None = None
    reference: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Told:
    """The lines of a batch, the numbers (from 1) of the lines they stood in, and what the content is known by."""

    lines: list[Line]
    numbers: Sequence[int]
    digest: str


class TooLarge(Refusal):
    """The batch is larger than is taken at once."""

    status = 413


_decoder: Final = msgspec.json.Decoder(Line)


def read_lines(body: bytes, *, most: int) -> Told:
    """Return what the body says; lines without anything do not count.

    Raises TooLarge for more than `most` lines, and Invalid with the first 20 problems.
    """
    digest = hashlib.sha256(body).hexdigest()
    if b"\\u" in body:
        body = _ESCAPE.sub(_keepable, body)
    count = body.count(b"\n") + (not body.endswith(b"\n"))
    # A new line after each value and nowhere else: as many values as lines are then one in each.
    if count <= most and _breaks(body, count - 1):
        lines = _all_at_once(body)
        if len(lines) == count:
            return Told(lines, range(1, count + 1), digest)
    written = body.split(b"\n")
    numbers = [number for number, text in enumerate(written, 1) if text and not text.isspace()]
    if len(numbers) > most:
        raise TooLarge(BatchCode.TOO_MANY_LINES, most=most)
    return Told(_one_by_one(written, numbers), numbers, digest)


def _breaks(body: bytes, expected: int) -> bool:
    """Say whether so many times an object ends with its line and another one begins."""
    found = body.count(b"}\n{")
    return found == expected or found + body.count(b"}\r\n{") == expected


def _all_at_once(body: bytes) -> list[Line]:
    """Return the lines, or nothing when something is wrong with one of them."""
    try:
        return _decoder.decode_lines(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return []


def _one_by_one(written: list[bytes], numbers: list[int]) -> list[Line]:
    """Read each line by itself, to say which are broken and how. Raises Invalid when any is."""
    lines: list[Line] = []
    problems: list[FieldProblem] = []
    for number in numbers:
        try:
            lines.append(_decoder.decode(written[number - 1]))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.append(_problem(number, error))
            if len(problems) == MOST_PROBLEMS:
                break
    if problems:
        raise Invalid(tuple(problems))
    return lines


def _keepable(found: re.Match[bytes]) -> bytes:
    escape = found.group()
    return b"\\ufffd" if _LONE.match(escape) else escape


def _problem(number: int, error: Exception) -> FieldProblem:
    """Return what msgspec found as one of our problems; its sentences begin with what was expected."""
    words = str(error)
    place, named = _PLACE.search(words), _NAMED.search(words)
    if not isinstance(error, msgspec.ValidationError) or words.startswith("Expected `object`"):
        return FieldProblem(f"lines.{number}", LineCode.NOT_AN_OBJECT)
    field = named[1][:40] if named else place[1] if place else ""
    code, facts = _kind_of(words, field)
    return FieldProblem(f"lines.{number}.{field}" if field else f"lines.{number}", code, facts)


def _kind_of(words: str, field: str) -> tuple[LineCode, dict[str, object]]:
    code = next((code for mark, code in _KINDS if mark in words), LineCode.WRONG_KIND)
    if field == "at" and code != LineCode.NEEDED:
        return LineCode.NOT_A_MOMENT, {}
    facts: dict[LineCode, dict[str, object]] = {
        LineCode.TOO_LONG: {"most": _LONGEST.get(field, 0)},
        LineCode.NOT_OFFERED: {"expected": _OFFERED.get(field, "")},
    }
    return code, facts.get(code, {})
