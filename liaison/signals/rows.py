"""Rows as COPY reads them in its binary format: nothing has to be escaped, and PostgreSQL parses no numbers.

A row is the number of its columns, and each column's length and value, numbers with the highest byte first. Rows are
sorted as bytes: a row begins with its key, so the order of two keys is the same in all batches.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from struct import Struct
from typing import Final

from liaison.signals.rollups import MOST, MOST_MILLISECONDS, Rollups

_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_EPOCH: Final = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())  # PostgreSQL counts microseconds from here

_LENGTH: Final = Struct(">i")
_HEAD: Final = Struct(">hiq")  # the number of columns, and the environment
_MOMENT: Final = Struct(">iq")
_COUNT: Final = Struct(">ii")
_NUMBERS: Final = Struct(">iq iiiiiiiiii iq ii")  # a moment, five counts, a sum of milliseconds, a number of them


def minute_rows(rollups: Rollups) -> bytes:
    """Return the rows of `signals_minute`, all columns."""
    heads, texts, moments, pack = _Heads(10), _Texts(), _Moments(), _NUMBERS.pack
    rows = []
    for (environment_id, action, minute), numbers in rollups.minutes.items():
        calls, errors, unanswered, declined, timed, latency, longest = numbers
        if calls > MOST:  # the largest of the counts
            counts = (min(each, MOST) for each in (calls, errors, unanswered, declined, timed))
            calls, errors, unanswered, declined, timed = counts
            latency = min(latency, MOST_MILLISECONDS)
        rows.append(
            heads[environment_id]
            + texts[action]
            + pack(
                8, moments[minute], 4, calls, 4, errors, 4, unanswered, 4, declined, 4, timed, 8, latency, 4, longest
            )
        )
    return _sorted(rows)


def error_rows(rollups: Rollups) -> bytes:
    """Return the rows of `signals_errorminute`, all columns."""
    heads, texts, moments = _Heads(7), _Texts(), _Moments()
    return _sorted(
        heads[environment_id]
        + _MOMENT.pack(8, moments[minute])
        + texts[action]
        + texts[merchant]
        + texts[outcome]
        + texts[code]
        + _COUNT.pack(4, min(count, MOST))
        for (environment_id, minute, action, merchant, outcome, code), count in rollups.errors.items()
    )


def sample_rows(rollups: Rollups) -> bytes:
    """Return the rows of `signals_sample` in the order of `SampleRow`."""
    heads, texts = _Heads(8), _Texts()
    return _whole(
        heads[row.environment_id]
        + _MOMENT.pack(8, round((row.at - _EPOCH) * 1_000_000))
        + b"".join([texts[word] for word in row[2:]])
        for row in rollups.samples
    )


def _sorted(rows: Iterable[bytes]) -> bytes:
    return _whole(sorted(rows))


def _whole(rows: Iterable[bytes]) -> bytes:
    return b"".join([_BEGIN, *rows, _END])


class _Heads(dict[int, bytes]):
    """How the row of an environment begins that has so many columns."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._columns = columns

    def __missing__(self, environment_id: int) -> bytes:
        self[environment_id] = head = _HEAD.pack(self._columns, 8, environment_id)
        return head


class _Texts(dict[str, bytes]):
    """Texts with their lengths; the same few come again and again."""

    def __missing__(self, text: str) -> bytes:
        written = text.encode()
        self[text] = written = _LENGTH.pack(len(written)) + written
        return written


class _Moments(dict[int, int]):
    """The first moments of minutes."""

    def __missing__(self, minute: int) -> int:
        self[minute] = moment = (minute * 60 - _EPOCH) * 1_000_000
        return moment
