"""What somebody typed, as it is kept, and everything that is wrong with it, found before anything is written."""

from __future__ import annotations

from typing import Any, Final

from liaison.cases.models.cases import LONGEST_TEXT, LONGEST_TITLE
from liaison.cases.vocabulary import CaseCode
from liaison.lib.refusals import FieldProblem, Invalid
from liaison.lib.text import nfc, one_line

LONGEST_REASON: Final = 500
LONGEST_JUSTIFICATION: Final = 4_000
MOST_FILES: Final = 20
MOST_LINKED: Final = 50


class Problems:
    """Collects what is wrong, so that all of it is said at once."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    def add(self, field: str, code: Any, **facts: Any) -> None:
        self._found.append(FieldProblem(field, code, facts))

    def text(self, field: str, value: str, most: int = LONGEST_TEXT, *, required: bool = False) -> str:
        """Return a text as it is kept, several lines of it; note when it is missing or too long."""
        return self._bounded(field, plain_text(value), most, required)

    def line(self, field: str, value: str, most: int = LONGEST_TITLE, *, required: bool = False) -> str:
        """Return a text of one line as it is kept; note when it is missing or too long."""
        return self._bounded(field, one_line(value), most, required)

    def files(self, field: str, files: tuple[str, ...]) -> tuple[str, ...]:
        """Return the ids without repetition; note when they are too many."""
        kept = tuple(dict.fromkeys(files))
        if len(kept) > MOST_FILES:
            self.add(field, CaseCode.TOO_MANY, most=MOST_FILES)
        return kept

    def refuse_any(self) -> None:
        """Raise Invalid with everything that was noted."""
        if self._found:
            raise Invalid(tuple(self._found))

    def _bounded(self, field: str, value: str, most: int, required: bool) -> str:
        if required and not value:
            self.add(field, CaseCode.REQUIRED)
        if len(value) > most:
            self.add(field, CaseCode.TOO_LONG, most=most)
        return value


def plain_text(value: str) -> str:
    """Return somebody's own words as they are kept: NFC, Unix line ends, no NUL, nothing blank around them."""
    kept = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return nfc(kept.replace("\x00", "")).strip()
