"""What the program that prepares hands over to the one that measures; it needs no settings of Django."""

from __future__ import annotations

from dataclasses import dataclass

from case_parts.floor import Rows, Statement
from case_parts.load import Ask


@dataclass(frozen=True)
class Measure:
    """What is asked, and the statements that some of these requests run. With `once` a request is used up."""

    name: str
    asks: list[Ask]
    statements: list[list[Statement]]
    once: bool = False


@dataclass(frozen=True)
class Prepared:
    """`rows` are those that one filed case writes; `said` is what was found out about search."""

    measures: list[Measure]
    rows: list[Rows]
    said: str
