"""The states of a file that somebody sent."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

FILE: Final = "file"
"""The kind of audit subject that a file is."""


class ScanState(StrEnum):
    """What the virus scanner said. Where scanning is on, only *clean* is given out (fail closed)."""

    NOT_SCANNED = "not_scanned"
    CLEAN = "clean"
    INFECTED = "infected"
    TOO_LARGE = "too_large"


class Purpose(StrEnum):
    """What a file was sent for. It decides the allowed types and who may have it."""

    CASE = "case"
    HELP_PICTURE = "help_picture"
