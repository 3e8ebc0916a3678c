"""Finding the terms of the conditions in a text of SQL, each to be taken away by itself, however the text is laid out.

A term is what `AND`, `OR` and the ends of a `WHERE` (or `ON`, `HAVING`, `WHEN`) part, in parentheses too. One that is
alone counts behind `WHERE` only. It is not cut out, since its values would be too many then: `(true OR (it))` stands in
its place, `(false AND (it))` where it is one of several of which any is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\{\{|\}\}|\{[^{}]*\}|[()\",;]|[A-Za-z_][\w.]*")
_BEGINS: Final = {"WHERE", "ON", "HAVING", "WHEN"}
_CLAUSES: Final = {"SELECT", "FROM", "JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "AS", "SET", "FOR", ",", ";"}
_LATER: Final = {"ORDER", "GROUP", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "THEN", "ELSE", "END"}
_IS_SQL: Final = re.compile(r"\b(WHERE|SELECT|EXISTS|IS NULL|IS NOT NULL|ANY)\b|[\w})] (=|<@|<|>|<=|>=) [\w{%(']")


class Term(NamedTuple):
    """`start` and `end` are places in the text; `instead` is what stands there without the term."""

    start: int
    end: int
    instead: str


@dataclass
class _Region:
    """What stands between two ends: where its terms part, and by which words. `begun` is None outside of any."""

    begun: int | None
    is_where: bool = False
    cuts: list[tuple[int, int, str]] = field(default_factory=list)
    is_between: bool = False


def terms_in(sql: str) -> Iterator[Term]:
    """Yield the terms of all conditions of a text, none for one that is no SQL."""
    if not _IS_SQL.search(sql):
        return
    regions = [_Region(0)]
    for token in _TOKEN.finditer(sql):
        word = token[0]
        if word == "(":
            regions.append(_Region(token.end()))
        elif word == ")":
            yield from _terms_of(regions.pop(), token.start(), sql)
            regions = regions or [_Region(None)]
        elif word in _BEGINS | _CLAUSES | _LATER:
            yield from _terms_of(regions[-1], token.start(), sql)
            is_within = word in _BEGINS or (word == "," and regions[-1].begun is not None)
            regions[-1] = _Region(token.end() if is_within else None, word == "WHERE")
        elif word == "BETWEEN":
            regions[-1].is_between = True
        elif word == "AND" and regions[-1].is_between:
            regions[-1].is_between = False
        elif word in {"AND", "OR"}:
            regions[-1].cuts.append((token.start(), token.end(), word))
    for region in regions:
        yield from _terms_of(region, len(sql), sql)


def _terms_of(region: _Region, end: int, sql: str) -> Iterator[Term]:
    if region.begun is None or not (region.cuts or region.is_where):
        return
    starts = [region.begun, *(cut[1] for cut in region.cuts)]
    ends = [*(cut[0] for cut in region.cuts), end]
    words = ["", *(cut[2] for cut in region.cuts), ""]
    for number, (start, stop) in enumerate(zip(starts, ends, strict=True)):
        term = sql[start:stop]
        if not term.strip() or '"' in term:  # nothing, or parted by the ends of two texts in Python
            continue
        first, last = start + len(term) - len(term.lstrip()), stop - len(term) + len(term.rstrip())
        is_needed = "AND" in words[number : number + 2] or words[number : number + 2] == ["", ""]
        way = "(true OR ({}))" if is_needed else "(false AND ({}))"
        yield Term(first, last, way.replace("{}", sql[first:last]))
