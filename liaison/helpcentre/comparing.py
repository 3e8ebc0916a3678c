"""What is different between two texts, word by word, for people to read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

# A word, a space, a mark; Chinese, Japanese and Korean letters one by one.
_PIECES: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]|[^\W_]+|\s+|.")
# Above this many pieces a changed paragraph is shown as removed and added: comparing grows with the square.
_MOST_PIECES: Final = 4_000
# Paragraphs that share less than this are two different ones.
_ALIKE: Final = 0.4


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


Piece = tuple[Change, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: its pieces in their order; `is_changed` when any is not the same."""

    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(change != Change.SAME for change, _text in self.pieces)


def compare(before: str, after: str) -> tuple[Line, ...]:
    """Return the lines of both texts in one list, with what was removed and added in each."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for kind, from_old, to_old, from_new, to_new in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines.extend(Line(((Change.SAME, line),)) for line in old[from_old:to_old])
        else:
            lines.extend(_changed(old[from_old:to_old], new[from_new:to_new]))
    return tuple(lines)


def without_same(lines: tuple[Line, ...], around: int = 1) -> tuple[Line | None, ...]:
    """Return the changed lines with `around` unchanged ones next to them; None stands for what was left out."""
    near = {
        number + step for number, line in enumerate(lines) if line.is_changed for step in range(-around, around + 1)
    }
    found: list[Line | None] = []
    for number, line in enumerate(lines):
        if number in near:
            found.append(line)
        elif not found or found[-1] is not None:
            found.append(None)
    return tuple(found)


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    """Yield lines that took each other's place: pairs that are alike together, the others one after the other."""
    for number in range(max(len(old), len(new))):
        before = old[number] if number < len(old) else None
        after = new[number] if number < len(new) else None
        if before and after and (pieces := _pieces(before, after)):
            yield Line(pieces)
            continue
        if before is not None:
            yield Line(((Change.REMOVED, before),))
        if after is not None:
            yield Line(((Change.ADDED, after),))


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > _MOST_PIECES:
        return ()
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ()
    found: list[Piece] = []
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if kind == "equal":
            found.append((Change.SAME, "".join(old[from_old:to_old])))
            continue
        if to_old > from_old:
            found.append((Change.REMOVED, "".join(old[from_old:to_old])))
        if to_new > from_new:
            found.append((Change.ADDED, "".join(new[from_new:to_new])))
    return tuple(found)
