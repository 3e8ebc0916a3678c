"""What the parsers of other systems' events share. Pure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

_UNKEEPABLE: Final = re.compile("[\x00\ud800-\udfff]")
_YEARS: Final = range(2000, 2200)
_OFFSET_AND_Z: Final = re.compile(r"([+-]\d\d:?\d\d)Z$")


def load_json(body: bytes) -> Any:
    """Return what a body says. Raises ValueError for what is not JSON in UTF-8, and RecursionError for too deep."""
    return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)


def keepable(text: str) -> str:
    """Return the text with U+FFFD for what PostgreSQL cannot keep: NUL, and halves of surrogate pairs."""
    return _UNKEEPABLE.sub("\ufffd", text)


def one_line(text: str, longest: int) -> str:
    """Return a text as a title: on one line, without what cannot be printed, of at most so many characters."""
    line = " ".join(text.split())
    return "".join(letter for letter in line if letter.isprintable())[:longest]


def lenient_moment(value: Any) -> datetime | None:
    """Return a moment (aware, UTC) of a sender who writes it in any form of ISO 8601, None for what is none.

    One without a zone is in UTC. A published client writes the offset and a Z after it.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(_OFFSET_AND_Z.sub(r"\1", value.strip()))
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware if aware.year in _YEARS else None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are Python's own, not JSON
