"""CSV that is safe to open: spreadsheets run what looks like a formula, so such a cell is made plain text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""Comes first: without it spreadsheets take UTF-8 for something older."""
_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")
# In Italian and Polish, among others, spreadsheets begin a new cell at each semicolon, quoted or not.
_AFTER_A_SEMICOLON: Final = re.compile(rf"(;\s*)(?=[{re.escape(''.join(_STARTS_A_FORMULA))}])")
_CONTROL: Final = dict.fromkeys((*range(32), 127, 133, 8232, 8233), " ")


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as lines of CSV, each cell plain."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([plain_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def plain_cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula, on one line."""
    text = _AFTER_A_SEMICOLON.sub(r"\1'", str(value).translate(_CONTROL))
    return f"'{text}" if text.lstrip().startswith(_STARTS_A_FORMULA) else text
